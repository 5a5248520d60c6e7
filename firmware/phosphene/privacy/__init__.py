# SPDX-License-Identifier: Apache-2.0
"""Camera and microphone are open only while the board's lights say so, and never while somebody muted them."""
