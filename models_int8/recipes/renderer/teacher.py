# SPDX-License-Identifier: Apache-2.0
"""The teacher: a page composed pixel by pixel from the same shapes, glyphs and field, at full precision."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.cells import INK
from phosphene.painter.grid import Grid
from phosphene.painter.ground import pattern, shade, spread
from phosphene.painter.layers import layers
from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL
from phosphene.painter.placement import Arrangement, Box
from phosphene.painter.shapes import SOLID, Shape

Float = NDArray[np.float32]


def paint(arrangement: Arrangement, palette: Palette, weights: Float, grid: Grid, parts: NDArray[np.uint8]) -> Float:
    """Return the picture that the renderer ought to paint, float32 [h, w, 3] from 0 to 255, edges one pixel soft.

    `parts` uint8 [n, 64] is the part table that `grid.glyph` points into.
    """
    panel = arrangement.panel
    mixing = spread(weights, panel.height, panel.width)
    picture = shade(palette.ground, mixing)
    whole = Box(0, 0, panel.columns, panel.rows)
    behind = pattern(arrangement.decoration)
    if behind is not None:
        share = coverage(behind.shape, whole, behind.thickness)
        picture += share[..., None] * (shade(palette.decoration, mixing) - picture)
    for layer in layers(arrangement, palette):
        at = _pixels(layer.box)
        colour = layer.colour.astype(np.float32)
        if layer.fill is not None and layer.fill_colour is not None:
            colour = colour + coverage(layer.fill, layer.box)[..., None] * (layer.fill_colour - colour)
        picture[at] += coverage(layer.shape, layer.box, layer.thickness)[..., None] * (colour - picture[at])
    rows, columns = np.nonzero(grid.glyph)
    glyphs = parts[grid.glyph[rows, columns]].reshape(-1, CELL, CELL, 1) / np.float32(255)
    inks = grid.colours[rows, columns, INK].astype(np.float32)[:, None, None]
    tiles = picture.reshape(panel.rows, CELL, panel.columns, CELL, 3)
    below = tiles[rows, :, columns]
    tiles[rows, :, columns] = below + glyphs * (inks - below)
    return picture


def coverage(shape: Shape, box: Box, thickness: float = SOLID) -> Float:
    """Return how much of each pixel of a box a shape covers, float32 [h, w] from 0 to 1."""
    x = np.arange(box.x * CELL, (box.x + box.w) * CELL, dtype=np.float32) + np.float32(0.5)
    y = np.arange(box.y * CELL, (box.y + box.h) * CELL, dtype=np.float32) + np.float32(0.5)
    distance = shape.distance(x[None], y[:, None])
    share = (np.float32(0.5) - distance).clip(0, 1)
    return share if thickness >= SOLID else share - (np.float32(0.5 - thickness) - distance).clip(0, 1)


def _pixels(box: Box) -> tuple[slice, slice]:
    return (
        slice(box.y * CELL, (box.y + box.h) * CELL),
        slice(box.x * CELL, (box.x + box.w) * CELL),
    )
