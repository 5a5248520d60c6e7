# SPDX-License-Identifier: Apache-2.0
"""How a touch panel lies on the display under it, and which of its numbers are the edges."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calibration:
    """`range_x` and `range_y` are the panel's own numbers at two opposite edges of the glass, None for what the device
    tells. Then x and y are swapped, mirrored, and turned by `turn` quarter turns clockwise.

    The turn of the display isn't repeated here: the touched place is turned back with the picture.
    """

    swap: bool = False
    mirror_x: bool = False
    mirror_y: bool = False
    turn: int = 0
    range_x: tuple[int, int] | None = None
    range_y: tuple[int, int] | None = None

    def on_glass(self, x: int, y: int, told_x: tuple[int, int], told_y: tuple[int, int]) -> tuple[float, float]:
        """Return the place on the glass, 0 … 1 from left and top, of what the panel says; `told_x` and `told_y` are the
        ranges that it tells.
        """
        across = _share(x, self.range_x or told_x)
        down = _share(y, self.range_y or told_y)
        if self.swap:
            across, down = down, across
        if self.mirror_x:
            across = 1 - across
        if self.mirror_y:
            down = 1 - down
        for _ in range(self.turn):
            across, down = 1 - down, across
        return across, down


def _share(value: int, span: tuple[int, int]) -> float:
    """Return where the middle of a step lies in a span whose ends belong to it, at most at its edge."""
    low, high = span
    return min(max((value - low + 0.5) / (high - low + 1), 0.0), 1.0)
