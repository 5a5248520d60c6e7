# SPDX-License-Identifier: Apache-2.0
"""What `phosphene sensors` shows: rates, drops, levels and events of cameras and microphones."""
