# SPDX-License-Identifier: Apache-2.0
"""Which cells of a frame have to be painted anew, and in which portions a graph takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.distinct import words
from phosphene.painter.grid import Grid
from phosphene.painter.placement import Box

Places = NDArray[np.intp]


def changed(before: Grid, after: Grid) -> Places:
    """Return the places, row by row from the top left, of the cells that differ: intp [n], ascending.

    Raises ValueError when the two are not of one size.
    """
    if before.glyph.shape != after.glyph.shape:
        raise ValueError(f"grids of {before.glyph.shape} and {after.glyph.shape} cells can't be compared")
    if before.font != after.font:
        return np.arange(after.glyph.size)
    return np.flatnonzero((words(before) != words(after)).any(axis=1))


def portions(count: int, sizes: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (start, stop, size): cells `start` to `stop` go through the graph that takes `size` cells.

    Largest graphs first; of the rest the smallest graph that holds it, so that little is painted in vain.
    """
    ordered = sorted(sizes)
    start = 0
    while start < count:
        left = count - start
        whole = [size for size in ordered if size <= left]
        # A rest that nearly fills a graph goes through that one rather than through several small ones.
        roomy = next((size for size in ordered if size >= left > 0.7 * size), None)
        size = roomy or (whole[-1] if whole else ordered[0])
        stop = min(start + size, count)
        yield start, stop, size
        start = stop


def boxes(places: Places, columns: int) -> list[Box]:
    """Return boxes of cells that cover `places` in rows of `columns`: touching runs of one row, joined downwards."""
    found: list[Box] = []
    rows, across = np.divmod(places, columns)
    breaks = np.flatnonzero((np.diff(across) != 1) | (np.diff(rows) != 0)) + 1
    for run in np.split(np.arange(len(places)), breaks):
        if not len(run):
            continue
        box = Box(int(across[run[0]]), int(rows[run[0]]), len(run), 1)
        above = next((one for one in found if (one.x, one.w, one.y + one.h) == (box.x, box.w, box.y)), None)
        if above is None:
            found.append(box)
        else:
            found[found.index(above)] = Box(above.x, above.y, above.w, above.h + 1)
    return found
