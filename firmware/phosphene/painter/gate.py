# SPDX-License-Identifier: Apache-2.0
"""The gate: no frame is shown before every cell of it has been read. Text by the reader, the rest by arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.association import astray
from phosphene.painter.atlas import Atlas
from phosphene.painter.cells import INK
from phosphene.painter.composite import PIXELS, coverage, edged, under
from phosphene.painter.fills import wrong_fills
from phosphene.painter.finding import Cure, Finding, Kind
from phosphene.painter.grid import Grid
from phosphene.painter.luminance import in_cells, lightness
from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL
from phosphene.painter.placement import Arrangement, Box
from phosphene.painter.read import Reader, shipped
from phosphene.painter.strikes import wrong_strikes
from phosphene.painter.written import wrong_text

__all__ = ["Cure", "Finding", "Kind", "check"]
Float = NDArray[np.float32]
# What a cell without text may differ from what belongs there, as contrast: far less than can be read.
_FLAT: Final = math.log(1.4)
# At an edge each pixel may be what any neighbour should be, and a little more.
_EDGE: Final = math.log(1.5)


def check(
    frame: NDArray[np.uint8],
    arrangement: Arrangement,
    palette: Palette,
    grid: Grid,
    atlas: Atlas,
    *,
    reader: Reader | None = None,
) -> list[Finding]:
    """Return everything that is wrong with a frame, uint8 [height, width, 3]; an empty list lets it pass.

    Text must read as written, at 4.5:1 measured on its pixels; all other cells must hold nothing but the ground or the
    widget that belongs there; fills and knobs must stand where their facts say; values nearest their own labels.
    """
    light = lightness(frame)
    cells = np.ascontiguousarray(in_cells(light)).reshape(*grid.glyph.shape, PIXELS)
    below = under(grid)
    found = list(wrong_text(cells, below, arrangement, palette, grid.font, atlas, reader or shipped()))
    found += wrong_fills(light, below, arrangement, palette)
    found += wrong_strikes(light, arrangement, palette, grid, atlas)
    found += _strays(cells, below, arrangement, grid, atlas)
    found += astray(arrangement)
    return found


def _strays(cells: Float, below: Float, arrangement: Arrangement, grid: Grid, atlas: Atlas) -> Iterator[Finding]:
    """Yield what stands in cells outside the text that doesn't belong there."""
    outside = np.ones(grid.glyph.shape, np.bool_)
    for run in arrangement.runs:
        outside[run.box.y : run.box.y + run.box.h, run.box.x : run.box.x + run.box.w] = False
    drawn = (grid.glyph > 0) & outside
    wanted = below
    if drawn.any():
        where = np.nonzero(drawn)
        wanted = below.copy()
        ink = lightness(grid.colours[*where, INK])[:, None]
        wanted[where] += coverage(grid, atlas, where) * (ink - wanted[where])
    difference = np.abs(cells - wanted).max(axis=2)
    suspect = np.nonzero((difference > _FLAT) & outside)
    if not len(suspect[0]):
        return
    sharp = (edged(grid) | drawn)[suspect]
    wrong = ~sharp
    wrong[sharp] = _outside_envelope(cells[suspect][sharp], wanted[suspect][sharp])
    rows, columns = suspect[0][wrong], suspect[1][wrong]
    if len(rows):
        yield _stray(arrangement, rows, columns)


def _outside_envelope(cells: Float, wanted: Float) -> NDArray[np.bool_]:
    """Return for each cell [n, 64] whether a pixel is neither what it nor what any neighbour in its cell should be."""
    padded = np.pad(wanted.reshape(-1, CELL, CELL), ((0, 0), (1, 1), (1, 1)), mode="edge")
    low, high = _extreme(padded, np.minimum), _extreme(padded, np.maximum)
    picture = cells.reshape(-1, CELL, CELL)
    wrong: NDArray[np.bool_] = np.any((picture < low - _EDGE) | (picture > high + _EDGE), axis=(1, 2))
    return wrong


def _extreme(padded: Float, of: np.ufunc) -> Float:
    rows = of(of(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    return of(of(rows[:, :, :-2], rows[:, :, 1:-1]), rows[:, :, 2:])


def _stray(arrangement: Arrangement, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Finding:
    left, top = int(columns.min()), int(rows.min())
    where = Box(left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)
    holders = [widget for widget in arrangement.widgets if where.inside(widget.box)]
    key = min(holders, key=lambda widget: widget.box.w * widget.box.h).key if holders else ""
    return Finding(Kind.STRAY, key, where, Cure.REPAINT, f"{len(rows)} cells hold what doesn't belong there")
