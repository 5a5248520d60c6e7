# SPDX-License-Identifier: Apache-2.0
"""What a touch is, and what every source of them does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from phosphene.screens.protocol import Contact


class Phase(StrEnum):
    """What a finger did."""

    DOWN = "down"
    MOVE = "move"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Touch:
    """A finger on the painted picture: its pixel there, and when, on the host's monotonic clock. Each DOWN is followed
    by one UP, also when the panel is unplugged or the picture vanishes under the finger.
    """

    x: int
    y: int
    phase: Phase
    time_s: float


class TouchPanel(Protocol):
    """A driver of one touch panel; of several fingers, it follows the first. It blocks, so it runs in a thread of its
    own. After `close` it may be opened again.
    """

    @property
    def name(self) -> str:
        """What a person would recognise it by."""
        ...

    def open(self) -> None:
        """Take the panel. Raises SensorError when it isn't there, may not be used, or is none."""
        ...

    def read(self, timeout_s: float) -> list[Contact]:
        """Return what happened since, oldest first; nothing when nothing did in time. Raises SensorError when the panel
        is gone.
        """
        ...

    def close(self) -> None:
        """Give the panel back. May be called more than once."""
        ...


class Glass(Protocol):
    """What fingers are on; `phosphene.screens.screen.Screen` is one."""

    def locate(self, x: float, y: float, *, clamp: bool = False) -> tuple[int, int] | None:
        """Return the pixel of the painted picture at a place of the glass, 0 … 1 from its left and its top: None beside
        the picture (the nearest pixel when `clamp`), and while no picture is there.
        """
        ...
