# SPDX-License-Identifier: Apache-2.0
"""The gate: no frame is shown before every cell of it has been read. Text by the reader, the rest by arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.afresh import Afresh, Passed, afresh, everything
from phosphene.painter.association import astray
from phosphene.painter.atlas import Atlas
from phosphene.painter.cells import INK
from phosphene.painter.composite import PIXELS, coverage, under
from phosphene.painter.fills import wrong_fills
from phosphene.painter.finding import Cure, Finding, Kind
from phosphene.painter.grid import Grid
from phosphene.painter.luminance import in_cells, lightness
from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL
from phosphene.painter.placement import Arrangement, Box
from phosphene.painter.read import Reader, largest_residual, shipped
from phosphene.painter.strikes import wrong_strikes
from phosphene.painter.toggles import sharpen
from phosphene.painter.written import wrong_text

__all__ = ["Cure", "Finding", "Kind", "Passed", "check"]
Float = NDArray[np.float32]
# What a cell without text may differ from what belongs there, as contrast: far less than can be read.
_FLAT: Final = math.log(1.4)
# At an edge each pixel may be what any neighbour should be, and a little more; a few may be off altogether, as where a
# bar's fill ends between two columns: no digit is drawn with so few.
_EDGE: Final = math.log(1.5)
_MANY: Final = 7
# So far off no pixel at an edge ever is when it is painted right; a minus sign has more than so few.
_STRONG: Final = math.log(2.5)
_FEW: Final = 3


def check(
    frame: NDArray[np.uint8],
    arrangement: Arrangement,
    palette: Palette,
    grid: Grid,
    atlas: Atlas,
    *,
    reader: Reader | None = None,
    passed: Passed | None = None,
) -> list[Finding]:
    """Return everything that is wrong with a frame, uint8 [height, width, 3]; an empty list lets it pass.

    Text must read as written, at 4.5:1 measured on its pixels; all other cells must hold nothing but the ground or the
    widget that belongs there; fills and knobs must stand where their facts say; values nearest their own labels.
    With `passed`, a frame that did pass, only what differs from it is read: the findings are the same.
    Raises ValueError for a frame that isn't of the grid's size.
    """
    rows, columns = grid.glyph.shape
    if frame.shape != (rows * CELL, columns * CELL, 3) or frame.dtype != np.uint8:
        raise ValueError(f"a frame of {frame.shape}, {frame.dtype}, doesn't fit {columns} x {rows} cells")
    new = everything(arrangement, grid) if passed is None else afresh(frame, arrangement, palette, grid, passed)
    if new.window is None:
        return list(astray(arrangement))
    reader = reader or shipped()
    light, cells, below = _planes(frame, new, arrangement, palette, grid)
    found = list(wrong_text(cells, below, arrangement, new.runs, palette, grid.font, atlas, reader))
    found += wrong_fills(light, below, arrangement, new.widgets, palette)
    found += wrong_strikes(light, arrangement, new.runs, palette, grid, atlas)
    found += _strays(cells, below, arrangement, new.window, grid, atlas, reader.limits.residual)
    found += astray(arrangement)
    return found


def _planes(
    frame: NDArray[np.uint8], new: Afresh, arrangement: Arrangement, palette: Palette, grid: Grid
) -> tuple[Float, Float, Float]:
    """Return the frame's lightness [height, width], the same cell by cell, and what should lie under all glyphs, both
    [rows, columns, 64]: right inside the window, and nothing outside of it."""
    assert new.window is not None
    rows, columns = grid.glyph.shape
    at, pixels = new.window.area, new.window.pixels
    light = np.zeros(frame.shape[:2], np.float32)
    cells, below = (np.zeros((rows, columns, PIXELS), np.float32) for _ in range(2))
    light[pixels] = lightness(frame[pixels])
    cells.reshape(rows, columns, CELL, CELL)[at] = in_cells(light[pixels])
    below[at] = under(grid.window(new.window))
    sharpen(below, [widget for widget in arrangement.widgets if widget.box.overlaps(new.window)], palette, grid)
    return light, cells, below


def _strays(
    cells: Float, below: Float, arrangement: Arrangement, window: Box, grid: Grid, atlas: Atlas, residual: float
) -> Iterator[Finding]:
    """Yield what stands in cells of the window, but outside the text, that doesn't belong there."""
    outside = np.ones(grid.glyph.shape, np.bool_)
    for run in arrangement.runs:
        outside[run.box.area] = False
    part, outside = grid.window(window), outside[window.area]
    wrong = _wrong_cells(cells[window.area], below[window.area], outside, part, atlas, residual)
    rows, columns = np.nonzero(wrong)
    if len(rows):
        yield _stray(arrangement, rows + window.y, columns + window.x)


def _wrong_cells(
    cells: Float, below: Float, outside: NDArray[np.bool_], grid: Grid, atlas: Atlas, residual: float
) -> NDArray[np.bool_]:
    """Return which cells [rows, columns] of a grid, of those `outside` the text, hold what doesn't belong there."""
    drawn = (grid.glyph > 0) & outside
    wrong = np.zeros(grid.glyph.shape, np.bool_)
    wanted = below
    if drawn.any():
        # Icons and sparklines are glyphs too, and held against the glyph table as sharply as text.
        where = np.nonzero(drawn)
        covered, wanted = coverage(grid, atlas, where), below.copy()
        depth = lightness(grid.colours[*where, INK])[:, None] - below[where]
        off: Float = np.divide(cells[where] - below[where], depth) - covered
        wrong[where] = largest_residual(off.reshape(-1, CELL, CELL)) > residual
        wanted[where] += covered * depth
    difference = np.abs(cells - wanted).max(axis=2)
    suspect = (difference > _FLAT) & outside
    # Decoration is fainter than anything that would be suspected: its cells count as plain ground.
    sharp = (grid.cells.used > 0) | drawn
    wrong |= suspect & ~sharp
    where = np.nonzero(suspect & sharp)
    if len(where[0]):
        beyond = _beyond(cells[where], wanted[where])
        for least, most in ((_EDGE, _MANY), (_STRONG, _FEW)):
            off_edge = np.zeros(grid.glyph.shape, np.int32)
            off_edge[where] = np.count_nonzero(beyond > least, axis=1)
            wrong |= (off_edge > 0) & (_around(off_edge) >= most)
    return wrong


def _beyond(cells: Float, wanted: Float) -> Float:
    """Return by how far each pixel [n, 64] is off what it, and what any neighbour in its cell, should be; else <= 0."""
    padded = np.pad(wanted.reshape(-1, CELL, CELL), ((0, 0), (1, 1), (1, 1)), mode="edge")
    low, high = _extreme(padded, np.minimum), _extreme(padded, np.maximum)
    picture = cells.reshape(-1, CELL, CELL)
    return np.maximum(low - picture, picture - high).reshape(-1, PIXELS)


def _around(counts: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the sums over each cell and its eight neighbours, [rows, columns]."""
    padded = np.pad(counts, 1)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]


def _extreme(padded: Float, of: np.ufunc) -> Float:
    rows = of(of(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    return of(of(rows[:, :, :-2], rows[:, :, 1:-1]), rows[:, :, 2:])


def _stray(arrangement: Arrangement, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Finding:
    left, top = int(columns.min()), int(rows.min())
    where = Box(left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)
    holders = [widget for widget in arrangement.widgets if where.inside(widget.box)]
    key = min(holders, key=lambda widget: widget.box.w * widget.box.h).key if holders else ""
    return Finding(Kind.STRAY, key, where, Cure.REPAINT, f"{len(rows)} cells hold what doesn't belong there")
