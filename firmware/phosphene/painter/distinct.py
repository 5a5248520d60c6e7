# SPDX-License-Identifier: Apache-2.0
"""Which cells of a grid are the same as others: each of them has to be painted only once."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.cells import COLOURS, SHAPES
from phosphene.painter.grid import Grid

Places = NDArray[np.intp]
Words = NDArray[np.uint64]
_BYTES: Final = COLOURS + SHAPES + 2
# Odd factors without a pattern, one for each of a cell's words.
_FACTORS: Final[Words] = np.random.RandomState(1).randint(0, 1 << 63, _BYTES // 8, np.uint64) * np.uint64(2) + 1


def words(grid: Grid) -> Words:
    """Return all that a grid says of its cells, row by row, as whole numbers: uint64 [cells, 7]."""
    count = grid.glyph.size
    packed = np.empty((count, _BYTES), np.uint8)
    packed[:, :COLOURS] = grid.colours.reshape(count, COLOURS)
    packed[:, COLOURS : COLOURS + SHAPES] = grid.shapes.reshape(count, SHAPES).view(np.uint8)
    packed[:, COLOURS + SHAPES :] = grid.glyph.reshape(count, 1).view(np.uint8)
    return packed.view(np.uint64)


def distinct(cells: Words) -> tuple[Places, Places]:
    """Return the places of one cell of each kind [m], and for every cell its kind [n]: `cells[first[kind]] == cells`.

    `cells` is uint64 [n, 7], at least one, of `words`.
    """
    hashed = (cells * _FACTORS).sum(axis=1)
    order = hashed.argsort()
    ordered = hashed[order]
    begins = np.ones(len(cells), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    kind = np.empty(len(cells), np.intp)
    kind[order] = begins.cumsum() - 1
    first = order[begins]
    if not np.array_equal(cells[first[kind]], cells):
        # Two kinds share a hash: then every cell counts as a kind of its own.
        each = np.arange(len(cells))
        return each, each
    return first, kind
