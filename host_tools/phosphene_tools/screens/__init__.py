# SPDX-License-Identifier: Apache-2.0
"""What `phosphene screens` shows on a display to try it."""
