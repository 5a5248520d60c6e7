# SPDX-License-Identifier: Apache-2.0
"""What the simulator counts about its board."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class ResetCause(enum.IntEnum):
    """Why the firmware started; the numbers of PROTOCOL.md, section 3."""

    UNKNOWN = 0
    POWER_ON = 1
    PIN = 2
    WATCHDOG = 3
    SOFT = 4
    BROWN_OUT = 5

    @property
    def label(self) -> str:
        """The name as commands spell it: ``power-on``."""
        return self.name.lower().replace("_", "-")


@dataclass
class BoardStatistics:
    """Counted since the simulator started."""

    boots: int = 0
    resets: dict[str, int] = field(default_factory=dict[str, int])
    """Starts by their cause, the first power-on included."""
    breakpoints: int = 0
    """Resets at an edge, as `arm_reset` asked."""
    faults: int = 0
    """Boots whose main.py ended with an exception."""
    last_fault: str = ""
    """The traceback of the last of them."""
    exits: int = 0
    """Firmware processes that ended by themselves."""
    shim_heap_bytes: int = 0
    """Heap that the virtual hardware's own Python uses."""
