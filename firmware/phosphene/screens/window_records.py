# SPDX-License-Identifier: Apache-2.0
"""What goes between a window's process and the one that drives it.

To the window: records of HEADER and pixels. From it: records of `phosphene.sensors.worker_records`: FORMAT with JSON
first, a BLOCK without a body for each SHOW that was done and for each movement of the mouse, ERROR last.
"""

from __future__ import annotations

import struct
from typing import Final

# What, the first row, rows, bytes that follow: rows of RGB as wide as the window. SHOW ends a picture.
HEADER: Final = struct.Struct("<BxHHxxI")
ROWS, SHOW, BLACK = 1, 2, 3
# The number of a BLOCK; the figures of the last three are the pixel that the mouse is on.
SHOWN, DOWN, MOVE, UP = 0, 1, 2, 3
# The message of an ERROR that is a person's wish.
CLOSED: Final = "the window was closed"
