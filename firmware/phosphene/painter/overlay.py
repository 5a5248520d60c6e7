# SPDX-License-Identifier: Apache-2.0
"""Writes cells from the glyph table over a painted frame, and proves it: every pixel is compared with the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import PhospheneError
from phosphene.painter.atlas import Atlas
from phosphene.painter.cells import GROUND
from phosphene.painter.charset import number
from phosphene.painter.composite import composite
from phosphene.painter.grid import Grid
from phosphene.painter.layers import strike
from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL
from phosphene.painter.placement import Arrangement, Box, Grade, TextRun

Frame = NDArray[np.uint8]


class OverlayError(PhospheneError):
    """Pixels in the frame buffer are not those that were written; the frame must not be shown."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Which runs were written from the table, and how many pixels were compared and found equal."""

    runs: tuple[int, ...] = ()
    pixels: int = 0


def critical(arrangement: Arrangement) -> tuple[int, ...]:
    """Return the indices of the runs that are always overlaid."""
    return tuple(index for index, run in enumerate(arrangement.runs) if run.grade is Grade.OVERLAY)


def overlay(
    frame: Frame, arrangement: Arrangement, palette: Palette, grid: Grid, atlas: Atlas, runs: Iterable[int]
) -> Proof:
    """Write runs, by their index, into `frame` in place, and compare its pixels with the glyph table.

    The ground under a run becomes one flat colour, the mean of what was to lie there, so that its cells are known
    exactly. Raises OverlayError when a pixel differs.
    """
    chosen = tuple(runs)
    for index in chosen:
        run = arrangement.runs[index]
        frame[_pixels(run.box)] = written(run, palette, grid, atlas)
    return Proof(chosen, sum(_compared(frame, arrangement.runs[index], palette, grid, atlas) for index in chosen))


def restore(frame: Frame, grid: Grid, atlas: Atlas, where: Box) -> int:
    """Write the exact picture of some cells, widgets and ground, into `frame`; return the number of pixels."""
    rows = np.arange(where.y, where.y + where.h).repeat(where.w)
    columns = np.tile(np.arange(where.x, where.x + where.w), where.h)
    cells = composite(grid, atlas, (rows, columns)).reshape(where.h, where.w, CELL, CELL, 3)
    pixels = cells.transpose(0, 2, 1, 3, 4).reshape(where.h * CELL, where.w * CELL, 3)
    frame[_pixels(where)] = pixels
    return pixels.shape[0] * pixels.shape[1]


def flat_ground(box: Box, grid: Grid) -> NDArray[np.uint8]:
    """Return the mean colour of the ground under a box of cells, [3]."""
    points = grid.colours[box.y : box.y + box.h, box.x : box.x + box.w, GROUND]
    return np.rint(points.reshape(-1, 3).mean(axis=0)).astype(np.uint8)


def written(run: TextRun, palette: Palette, grid: Grid, atlas: Atlas) -> Frame:
    """Return the pixels of a run as they are written: parts of the atlas, cell by cell, over a flat ground."""
    rows = atlas.rows(grid.font, run.size)[[number(character) for character in run.text]]
    parts = atlas.parts(grid.font)[rows.transpose(1, 0, 2).reshape(2 * run.size, -1)]
    cells = parts.reshape(run.box.h, run.box.w, CELL, CELL).transpose(0, 2, 1, 3)
    return _blend(cells.reshape(run.box.h * CELL, run.box.w * CELL), run, palette, grid)


def _compared(frame: Frame, run: TextRun, palette: Palette, grid: Grid, atlas: Atlas) -> int:
    """Compare a run's pixels in the frame with whole glyphs, a way that shares no table of parts with the writing."""
    glyphs = [atlas.glyph(grid.font, run.size, number(character)) for character in run.text]
    expected = _blend(np.concatenate(glyphs, axis=1), run, palette, grid)
    wrong = int((frame[_pixels(run.box)] != expected).any(axis=2).sum())
    if wrong:
        raise OverlayError(
            f"{wrong} pixels of {run.text!r} differ from the glyph table",
            place=f"{run.role} of {run.key!r}" if run.key else str(run.role),
            cure="paint the frame again; if it stays, memory or code is damaged",
        )
    return expected.shape[0] * expected.shape[1]


def _blend(coverage: NDArray[np.uint8], run: TextRun, palette: Palette, grid: Grid) -> Frame:
    """Mix ink over the run's flat ground by coverage [h, w], in whole numbers, the strike between the two."""
    ground = np.broadcast_to(flat_ground(run.box, grid).astype(np.int32), (*coverage.shape, 3))
    if run.struck:
        line = strike(Box(0, 0, run.box.w, run.box.h))
        ground = ground.copy()
        ground[round(line.y) : round(line.y + line.h)] = palette.strike
    share = coverage[..., None].astype(np.int32)
    mixed = ground * (255 - share) + palette.inks[run.ink].astype(np.int32) * share
    return ((mixed + 127) // 255).astype(np.uint8)


def _pixels(box: Box) -> tuple[slice, slice]:
    return slice(box.y * CELL, (box.y + box.h) * CELL), slice(box.x * CELL, (box.x + box.w) * CELL)
