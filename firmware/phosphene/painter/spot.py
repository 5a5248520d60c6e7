# SPDX-License-Identifier: Apache-2.0
"""The search for one box on the lattice: which edges leave enough that is free, each after the ones before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.panel import LATTICE

COLUMNS, ROWS = LATTICE
# How wide a box from column l to column r is, [l, r]; the number of each row, [y, 1, 1].
_WIDTH = np.arange(COLUMNS) - np.arange(COLUMNS)[:, None] + 1
_ROW = np.arange(ROWS, dtype=np.int16)[:, None, None]
Fits = Callable[[int, int], bool]
Mask = NDArray[np.bool_]


class Needs:
    """The least sizes of one element in lattice steps; 99 where there is none."""

    def __init__(
        self, fits: Fits, key: tuple[int, ...], known: dict[tuple[int, ...], int], wide: float, high: float
    ) -> None:
        self._fits, self._key, self._known, self._wide, self._high = fits, key, known, wide, high

    def height(self, width: int) -> int:
        """Return the least height at this width."""
        across = int(width * self._wide)
        return self._least((*self._key, 0, width), ROWS, lambda high: self._fits(across, int(high * self._high)))

    def width(self) -> int:
        """Return the least width at full height."""
        down = int(ROWS * self._high)
        return self._least((*self._key, 1, 0), COLUMNS, lambda wide: self._fits(int(wide * self._wide), down))

    def _least(self, key: tuple[int, ...], most: int, fits: Callable[[int], bool]) -> int:
        if (known := self._known.get(key)) is not None:
            return known
        low, high = 1, most
        if not fits(high):
            low = 99
        else:
            while low < high:
                middle = (low + high) // 2
                low, high = (low, middle) if fits(middle) else (middle + 1, high)
        self._known[key] = low
        return low


class Free:
    """Which spans of columns are free in which rows. `blocked` is int16 [15, 20], 1 for taken."""

    def __init__(self, blocked: NDArray[np.int16]) -> None:
        sums = np.zeros((ROWS, COLUMNS + 1), np.int16)
        blocked.cumsum(axis=1, out=sums[:, 1:])
        # rows[y, l, r]: row y has nothing from column l to column r.
        self.rows: Mask = sums[:, None, 1:] == sums[:, :-1, None]
        # The last row down to here that has; from it, how many free rows there are above each other.
        taken = np.where(self.rows, np.int16(-1), _ROW)
        np.maximum.accumulate(taken, axis=0, out=taken)
        # longest[l, r]: the most such rows in a row.
        self.longest: NDArray[np.int16] = (_ROW - taken).max(axis=0)


class Spot:
    """The search for one box: masks for left, right, top and bottom, each after the ones before."""

    def __init__(self, free: Free, needs: Needs) -> None:
        self._needs = needs
        self._free = free.rows
        self._longest = free.longest

    def lefts(self) -> Mask:
        """Return the left edges from which some box fits."""
        least = self._needs.height(COLUMNS)
        width = self._needs.width()
        if width > COLUMNS or least > ROWS:
            return np.zeros(COLUMNS, np.bool_)
        return np.logical_or.reduce((self._longest >= least) & (width <= _WIDTH), axis=1)

    def rights(self, left: int) -> Mask:
        """Return the right edges that leave a box which fits."""
        widths = _WIDTH[left]
        mask = (widths >= self._needs.width()) & (self._longest[left] >= self._needs.height(COLUMNS))
        # The wider, the lower: a height that is known to do for a narrower box does for this one.
        known = 99
        for right in np.flatnonzero(mask):
            free = int(self._longest[left, right])
            if free < known:
                known = self._needs.height(int(widths[right]))
            mask[right] = free >= known
        return mask

    def tops(self, left: int, right: int) -> Mask:
        """Return the top edges below which enough is free."""
        return self._runs(left, right) >= self._needs.height(right - left + 1)

    def bottoms(self, left: int, right: int, top: int) -> Mask:
        """Return the bottom edges down to which all is free, and far enough."""
        rows = np.arange(ROWS)
        run = int(self._runs(left, right)[top])
        return (rows >= top + self._needs.height(right - left + 1) - 1) & (rows < top + run)

    def _runs(self, left: int, right: int) -> NDArray[np.int64]:
        """Return how many rows are free from each row on."""
        runs: list[int] = []
        following = 0
        for free in self._free[::-1, left, right].tolist():
            following = following + 1 if free else 0
            runs.append(following)
        return np.array(runs[::-1])
