# SPDX-License-Identifier: Apache-2.0
"""What every display does: open, show a frame, go black, close."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Frame: TypeAlias = NDArray[np.uint8]
"""A picture: uint8 [height, width, 3], sRGB."""


@dataclass(frozen=True, slots=True)
class DisplayFormat:
    """What a display is: width and height in pixels, 0 where it takes any; how a pixel is stored, for a person, such
    as ``16 bit``; and the width of what lights up in millimetres, 0 where it isn't known.
    """

    width: int
    height: int
    pixels: str
    width_mm: float = 0.0


class Display(Protocol):
    """A driver of one display. It blocks, so `Screen` runs it in a thread of its own; `close` may come from another
    thread, and then ends the others soon where the driver can. After `close` it may be opened again.
    """

    @property
    def name(self) -> str:
        """What a person would recognise it by, such as ``/dev/fb0``."""
        ...

    @property
    def turn(self) -> int:
        """Quarter turns by which the picture is turned clockwise on the display, 0 … 3."""
        ...

    def open(self) -> DisplayFormat:
        """Take the display. Raises ScreenError when it isn't there, is busy, or can't be written."""
        ...

    def show(self, frame: Frame, *, whole: bool = False) -> int:
        """Show a frame of the size that `open` told, and return how many bytes were sent for it.

        Only what changed since the last one is sent where the driver can, unless `whole`. Returns when the display has
        it. Raises ScreenError when the display is gone, ScreenClosed when a person closed it.
        """
        ...

    def blank(self) -> None:
        """Make it black. Raises as `show` does."""
        ...

    def check(self) -> None:
        """Raise ScreenError when the display is gone or has changed its size; asked twice a second."""
        ...

    def close(self) -> None:
        """Give the display back, as it is. May be called more than once."""
        ...


@dataclass(frozen=True, slots=True)
class Contact:
    """Where something touches the glass: 0 … 1 from its left and from its top, as it hangs; `down` until it is lifted,
    and then where it was last. The time is on the host's monotonic clock.
    """

    x: float
    y: float
    down: bool
    time_s: float


class Trouble(StrEnum):
    """What can be wrong with a display while it runs, or no longer."""

    GONE = "gone"  # unplugged, or the driver failed
    BACK = "back"  # it shows again, or what was wrong has passed
    STALLED = "stalled"  # the driver doesn't return
    UNFIT = "unfit"  # too small for the painted picture
    STALE = "stale"  # nobody says any more that the picture is of now: it is black
    ENDED = "ended"  # a person closed the window


@dataclass(frozen=True, slots=True)
class ScreenEvent:
    """That something about a display changed: `text` is one line for a person, with the cure where there is one."""

    time_s: float
    screen: str
    trouble: Trouble
    text: str
