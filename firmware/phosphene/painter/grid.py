# SPDX-License-Identifier: Apache-2.0
"""The grid of cells that the renderer paints from: which part of which glyph, which colours, where the edges run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.atlas import Atlas
from phosphene.painter.cells import COLOURS, DECORATION, FAR, GROUND, POINTS, SHAPES, THICKNESS, Cells, Edge, edge
from phosphene.painter.ground import grounds, pattern
from phosphene.painter.layers import Layer, layers
from phosphene.painter.palette import Palette
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Arrangement, Box, Decoration
from phosphene.painter.writing import write

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """`glyph` uint16 [rows, columns] is a row of the atlas's part table of `font`, 0 for none. `cells` says the rest;
    `base` is what they were before any widget or text: field and decoration.
    """

    font: str
    glyph: NDArray[np.uint16]
    cells: Cells
    base: Cells

    @property
    def colours(self) -> NDArray[np.uint8]:
        """The colours of all cells, uint8 [rows, columns, 24]; see `cells`."""
        return self.cells.colours

    @property
    def shapes(self) -> NDArray[np.int8]:
        """The distances and thicknesses of all cells, int8 [rows, columns, 30]; see `cells`."""
        return self.cells.shapes

    def window(self, box: Box) -> Grid:
        """Return the grid of a box of cells; writing to it writes here."""
        return Grid(self.font, self.glyph[box.area], self.cells.window(box), self.base.window(box))

    @property
    def flat(self) -> NDArray[np.bool_]:
        """Cells that hold ground only: no glyph, no edge; bool [rows, columns]."""
        return (self.glyph == 0) & (self.cells.used == 0) & (self.cells.shapes[..., THICKNESS] == FAR)


def build(arrangement: Arrangement, palette: Palette, weights: Float, atlas: Atlas) -> Grid:
    """Return the grid of a page. `weights` is the field, float32 [15, 20, 2]."""
    panel = arrangement.panel
    base = _base(panel, arrangement.decoration, palette, weights)
    grid = Grid(
        atlas.fonts[arrangement.style.font % len(atlas.fonts)],
        np.zeros((panel.rows, panel.columns), np.uint16),
        base.copy(),
        base,
    )
    for layer in layers(arrangement, palette):
        _lay(grid.cells, layer, Box(0, 0, panel.columns, panel.rows))
    write(arrangement, palette, atlas, grid.font, grid.glyph, grid.cells.colours)
    return grid


def rebuild(grid: Grid, before: Arrangement, after: Arrangement, palette: Palette, atlas: Atlas) -> Grid:
    """Return the grid of `after`, given that of `before`: equal to `build`'s, but only what differs is made anew.

    Panel, style, decoration, palette and field must be those of `before`.
    """
    if (before.panel, before.style, before.decoration) != (after.panel, after.style, after.decoration):
        raise ValueError("another panel, style or decoration needs a new grid")
    ones = {*before.runs, *before.widgets}
    others = {*after.runs, *after.widgets}
    changed = {item.box for item in ones ^ others}
    result = Grid(grid.font, grid.glyph.copy(), grid.cells.copy(), grid.base)
    parts = layers(after, palette)
    for box in changed:
        result.cells.window(box).put(grid.base.window(box))
        result.glyph[box.y : box.y + box.h, box.x : box.x + box.w] = 0
        for layer in parts:
            if layer.box.overlaps(box):
                _lay(result.cells, layer, box)
    # Writing is cheap and the same everywhere that nothing changed.
    write(after, palette, atlas, result.font, result.glyph, result.cells.colours)
    return result


def _lay(cells: Cells, layer: Layer, clip: Box) -> None:
    left, top = max(layer.box.x, clip.x), max(layer.box.y, clip.y)
    right = min(layer.box.x + layer.box.w, clip.x + clip.w)
    bottom = min(layer.box.y + layer.box.h, clip.y + clip.h)
    if right <= left or bottom <= top:
        return
    box = Box(left, top, right - left, bottom - top)
    window = cells.window(box)
    outer = edge(layer.shape, box, layer.thickness)
    if layer.fill is None or layer.fill_colour is None:
        window.cover(outer.inside, layer.colour)
        window.lay(outer.cut, outer, layer.colour)
        return
    inner = edge(layer.fill, box)
    window.cover(outer.inside & ~inner.inside, layer.colour)
    window.cover(outer.inside & inner.inside, layer.fill_colour)
    window.lay(outer.cut & ~inner.inside, outer, layer.colour)
    window.lay(outer.cut & inner.inside, outer, layer.fill_colour)
    window.lay((outer.cut | outer.inside) & inner.cut, inner, layer.fill_colour)


def _base(panel: Panel, decoration: Decoration, palette: Palette, weights: Float) -> Cells:
    rows, columns = panel.rows, panel.columns
    colours = np.zeros((rows, columns, COLOURS), np.uint8)
    colours[..., GROUND] = grounds(panel, palette, weights)
    shapes = np.full((rows, columns, SHAPES), FAR, np.int8)
    behind = _behind(panel, decoration)
    if behind is not None:
        decorated = grounds(panel, palette, weights, decorated=True)
        colours[behind.inside, GROUND] = decorated[behind.inside]
        cut = np.nonzero(behind.cut)
        four = decorated[cut].reshape(-1, 4, 3)
        colours[*cut, DECORATION] = (four.astype(np.uint16).sum(axis=1) + 2) // 4
        shapes[*cut, :POINTS] = behind.near(*cut)
        shapes[*cut, THICKNESS] = min(behind.thickness, FAR - 1)
    return Cells(colours, shapes, np.zeros((rows, columns), np.uint8))


@lru_cache(maxsize=16)
def _behind(panel: Panel, decoration: Decoration) -> Edge | None:
    drawn = pattern(decoration)
    return None if drawn is None else edge(drawn.shape, Box(0, 0, panel.columns, panel.rows), drawn.thickness)
