# SPDX-License-Identifier: Apache-2.0
"""The exact picture of a grid's cells: what the renderer learned to paint, and what its frames are held against."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.atlas import Atlas
from phosphene.painter.cells import (
    DECORATION,
    FAR,
    FIRST,
    GROUND,
    INK,
    POINTS,
    SECOND,
    STEPS,
    THICKNESS,
    THICKNESS_STEPS,
)
from phosphene.painter.grid import Grid
from phosphene.painter.luminance import lightness
from phosphene.painter.panel import CELL

Float = NDArray[np.float32]
Where = tuple[NDArray[np.intp], ...]
PIXELS: Final = CELL * CELL


def _weights(points: Float) -> Float:
    """Linear weights of evenly spread `points` at a cell's pixel centres, [points, 8]; the ends go on straight."""
    step = points[1] - points[0]
    place = ((np.arange(CELL) + 0.5 - points[0]) / step).astype(np.float32)
    left = place.astype(np.intp).clip(0, len(points) - 2)
    weights = np.zeros((len(points), CELL), np.float32)
    weights[left, np.arange(CELL)] = 1 - (place - left)
    weights[left + 1, np.arange(CELL)] = place - left
    return weights


def _plane(points: Float) -> Float:
    one = _weights(points)
    return np.einsum("iy,jx->ijyx", one, one).reshape(len(points) ** 2, PIXELS)


_GROUND: Final = _plane(np.array([2, 6], np.float32))
_NEAR: Final = _plane(np.array([0, 4, 8], np.float32))


def grounds(values: Float) -> Float:
    """Return the ground of cells, [n, channels, 64], from its values at their four points [n, channels, 4]."""
    return values @ _GROUND


def covers(near: NDArray[np.int8], thickness: NDArray[np.int8]) -> Float:
    """Return how much of each pixel a shape covers, [..., 64], from its distances [..., 9] and thickness [..., 1]."""
    distance = near.astype(np.float32) @ _NEAR * np.float32(1 / STEPS)
    covered = (np.float32(0.5) - distance).clip(0, 1)
    if (thickness < FAR).any():
        covered -= (np.float32(0.5) - thickness.astype(np.float32) / THICKNESS_STEPS - distance).clip(0, 1)
    return covered


def shares(shapes: NDArray[np.int8]) -> Float:
    """Return how much of each pixel decoration, first and second shape cover: [n, 3, 64] from shapes [n, 30]."""
    near = shapes[:, : 3 * POINTS].reshape(-1, 3, POINTS)
    covered = covers(near, shapes[:, THICKNESS:, None])
    # The second shape shows only inside the first, where there is one.
    covered[:, 2] *= np.where(near[:, 1, :1] < FAR, covered[:, 1], 1)
    return covered


def laid(ground: Float, over: Float, covered: Float) -> Float:
    """Return grounds [n, channels, 64] with three colours `over` [n, channels, 3] laid on as far as they cover."""
    picture = ground.copy()
    for slot in range(3):
        picture += covered[:, slot, None] * (over[:, :, slot, None] - picture)
    return picture


def under(grid: Grid) -> Float:
    """Return the lightness that should lie under all glyphs, float32 [rows, columns, 64]."""
    rows, columns = grid.glyph.shape
    points = lightness(grid.colours[..., GROUND].reshape(rows, columns, 4, 3))
    plane = grounds(points.reshape(-1, 1, 4)).reshape(rows, columns, PIXELS)
    shaped = grid.cells.used > 0
    where = np.nonzero((grid.shapes[..., THICKNESS] != FAR) & ~shaped)
    if len(where[0]):
        # Most cells with an edge have the decoration's only.
        share = covers(grid.shapes[*where, :POINTS], grid.shapes[*where, THICKNESS, None])
        plane[where] += share * (lightness(grid.colours[*where, DECORATION])[:, None] - plane[where])
    where = np.nonzero(shaped)
    if len(where[0]):
        colours = grid.colours[where]
        over = np.stack([lightness(colours[:, slot]) for slot in (DECORATION, FIRST, SECOND)], axis=-1)[:, None]
        plane[where] = laid(plane[where][:, None], over, shares(grid.shapes[where]))[:, 0]
    return plane


def coverage(grid: Grid, atlas: Atlas, where: Where) -> Float:
    """Return the glyphs' coverage in some cells, float32 [n, 64] from 0 to 1."""
    return atlas.parts(grid.font)[grid.glyph[where]] * np.float32(1 / 255)


def composite(grid: Grid, atlas: Atlas, where: Where | None = None) -> NDArray[np.uint8]:
    """Return the exact pixels of some cells, uint8 [n, 8, 8, 3]; by default of all, row by row."""
    rows, columns = grid.glyph.shape
    if where is None:
        where = (np.arange(rows).repeat(columns), np.tile(np.arange(columns), rows))
    colours = grid.colours[where].astype(np.float32)
    picture = grounds(colours[:, GROUND].reshape(-1, 4, 3).transpose(0, 2, 1))
    # Most cells hold neither an edge nor a glyph.
    edged = np.flatnonzero((grid.cells.used[where] > 0) | (grid.shapes[..., THICKNESS][where] != FAR))
    if len(edged):
        over = np.stack([colours[edged, slot] for slot in (DECORATION, FIRST, SECOND)], axis=-1)
        picture[edged] = laid(picture[edged], over, shares(grid.shapes[where][edged]))
    inked = np.flatnonzero(grid.glyph[where])
    if len(inked):
        covered = coverage(grid, atlas, tuple(axis[inked] for axis in where))
        picture[inked] += covered[:, None] * (colours[inked][:, INK, None] - picture[inked])
    picture += np.float32(0.5)
    return picture.clip(0, 255).astype(np.uint8).transpose(0, 2, 1).reshape(-1, CELL, CELL, 3)


def frame(grid: Grid, atlas: Atlas) -> NDArray[np.uint8]:
    """Return the exact frame of a grid, uint8 [height, width, 3]."""
    rows, columns = grid.glyph.shape
    cells = composite(grid, atlas).reshape(rows, columns, CELL, CELL, 3)
    return np.ascontiguousarray(cells.transpose(0, 2, 1, 3, 4)).reshape(rows * CELL, columns * CELL, 3)
