# SPDX-License-Identifier: Apache-2.0
"""Frame types of the line. PROTOCOL.md, section 2."""

from micropython import const

HELLO = const(0x01)
OPEN = const(0x02)
CALL = const(0x03)
LEASE = const(0x04)
PAUSED = const(0x05)
CLOSE = const(0x06)
WELCOME = const(0x81)
OPENED = const(0x82)
RESULT = const(0x83)
REFUSAL = const(0x84)
EVENT = const(0x85)
LEASED = const(0x86)
PAUSE = const(0x87)
RESUME = const(0x88)
GAP = const(0x89)
CLOSED = const(0x8A)

# Gap reasons
OUT_OF_ORDER = const(0)
NO_ROOM = const(1)
