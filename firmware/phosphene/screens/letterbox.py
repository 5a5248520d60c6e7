# SPDX-License-Identifier: Apache-2.0
"""Where a painted picture lies on a display of another size: in the middle, turned, enlarged by whole numbers only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phosphene.screens.errors import ScreenTooSmall
from phosphene.screens.protocol import Frame


@dataclass(frozen=True, slots=True)
class Placement:
    """`width` and `height` are the painted picture's, in its own pixels; `turn` quarter turns clockwise; each of its
    pixels is a square of `factor` by `factor` on the display; `left` and `top` are where it begins there.
    """

    width: int
    height: int
    turn: int
    factor: int
    left: int
    top: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what it takes on the display."""
        wide, high = (self.height, self.width) if self.turn % 2 else (self.width, self.height)
        return wide * self.factor, high * self.factor

    def lay(self, frame: Frame, onto: Frame) -> None:
        """Write the picture into `onto`, an array of the display's size; its edges are left as they are."""
        turned = np.rot90(frame, -self.turn)
        wide, high = self.size
        room = onto[self.top : self.top + high, self.left : self.left + wide]
        for down in range(self.factor):
            for right in range(self.factor):
                room[down :: self.factor, right :: self.factor] = turned

    def to_picture(self, x: float, y: float, *, clamp: bool = False) -> tuple[int, int] | None:
        """Return the pixel of the picture at a place on the display, in its pixels: None beside the picture, or the
        nearest when `clamp`.
        """
        across, down = (x - self.left) / self.factor, (y - self.top) / self.factor
        # Turned back, as the picture was turned.
        if self.turn == 1:
            across, down = down, self.height - across
        elif self.turn == 2:
            across, down = self.width - across, self.height - down
        elif self.turn == 3:
            across, down = self.width - down, across
        inside = 0 <= across < self.width and 0 <= down < self.height
        if not inside and not clamp:
            return None
        return min(max(int(across), 0), self.width - 1), min(max(int(down), 0), self.height - 1)


def place(picture: tuple[int, int], display: tuple[int, int], turn: int = 0, *, name: str = "") -> Placement:
    """Return where a picture of that width and height lies on a display. Raises ScreenTooSmall.

    The largest whole factor is taken: anything between would blur the type, or make strokes of unlike width. A display
    of 0 by 0 takes any size.
    """
    width, height = picture
    wide, high = (height, width) if turn % 2 else (width, height)
    if display == (0, 0):
        return Placement(width, height, turn, 1, 0, 0)
    factor = min(display[0] // wide, display[1] // high)
    if factor < 1:
        turned = f", turned {turn * 90}°," if turn else ""
        raise ScreenTooSmall(
            f"a painted picture of {width}×{height}{turned} doesn't fit its {display[0]}×{display[1]} pixels",
            place=name,
            cure="paint a smaller one, or take a larger display",
        )
    left, top = (display[0] - wide * factor) // 2, (display[1] - high * factor) // 2
    return Placement(width, height, turn, factor, left, top)
