# SPDX-License-Identifier: Apache-2.0
"""Writes cells from the glyph table over a painted frame, and proves it: every pixel is compared with the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import PhospheneError
from phosphene.painter.atlas import Atlas
from phosphene.painter.charset import number
from phosphene.painter.composite import composite
from phosphene.painter.grid import Grid
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

    The ground under a run becomes the exact picture of what the grid says lies there, so that its cells are known to
    the last bit and no edge shows around them. Raises OverlayError when a pixel differs.
    """
    chosen = tuple(runs)
    grounds = [ground(arrangement.runs[index].box, grid, atlas) for index in chosen]
    for index, below in zip(chosen, grounds, strict=True):
        run = arrangement.runs[index]
        frame[_pixels(run.box)] = written(run, palette, grid.font, atlas, below)
    pixels = sum(
        _compared(frame, arrangement.runs[index], palette, grid.font, atlas, below)
        for index, below in zip(chosen, grounds, strict=True)
    )
    return Proof(chosen, pixels)


def restore(frame: Frame, grid: Grid, atlas: Atlas, where: Box) -> int:
    """Write the exact picture of some cells, widgets and ground, into `frame`; return the number of pixels."""
    pixels = _picture(where, grid, atlas)
    frame[_pixels(where)] = pixels
    return pixels.shape[0] * pixels.shape[1]


def ground(box: Box, grid: Grid, atlas: Atlas) -> Frame:
    """Return the exact picture of what lies under the glyphs of a box of cells, uint8 [8h, 8w, 3]: field, decoration,
    panels, and the line through a struck value."""
    return _picture(box, replace(grid, glyph=np.zeros_like(grid.glyph)), atlas)


def written(run: TextRun, palette: Palette, font: str, atlas: Atlas, below: Frame) -> Frame:
    """Return the pixels of a run as they are written: parts of the atlas, cell by cell, over the ground `below`."""
    rows = atlas.rows(font, run.size)[[number(character) for character in run.text]]
    parts = atlas.parts(font)[rows.transpose(1, 0, 2).reshape(2 * run.size, -1)]
    cells = parts.reshape(run.box.h, run.box.w, CELL, CELL).transpose(0, 2, 1, 3)
    return _blend(cells.reshape(run.box.h * CELL, run.box.w * CELL), palette.inks[run.ink], below)


def _compared(frame: Frame, run: TextRun, palette: Palette, font: str, atlas: Atlas, below: Frame) -> int:
    """Compare a run's pixels in the frame with whole glyphs, a way that shares no table of parts with the writing."""
    glyphs = [atlas.glyph(font, run.size, number(character)) for character in run.text]
    expected = _blend(np.concatenate(glyphs, axis=1), palette.inks[run.ink], below)
    wrong = int((frame[_pixels(run.box)] != expected).any(axis=2).sum())
    if wrong:
        raise OverlayError(
            f"{wrong} pixels of {run.text!r} differ from the glyph table",
            place=f"{run.role} of {run.key!r}" if run.key else str(run.role),
            cure="paint the frame again; if it stays, memory or code is damaged",
        )
    return expected.shape[0] * expected.shape[1]


def _blend(coverage: NDArray[np.uint8], ink: NDArray[np.uint8], below: Frame) -> Frame:
    """Mix ink [3] over the ground by coverage [h, w], in whole numbers."""
    # 255 x 255 and the half for rounding fit into 16 bits.
    share = coverage[..., None].astype(np.uint16)
    mixed = below * (np.uint16(255) - share)
    mixed += ink * share
    mixed += np.uint16(127)
    return (mixed // np.uint16(255)).astype(np.uint8)


def _picture(box: Box, grid: Grid, atlas: Atlas) -> Frame:
    """Return the exact picture of a box of the grid's cells, uint8 [8h, 8w, 3]."""
    rows = np.arange(box.y, box.y + box.h).repeat(box.w)
    columns = np.tile(np.arange(box.x, box.x + box.w), box.h)
    cells = composite(grid, atlas, (rows, columns)).reshape(box.h, box.w, CELL, CELL, 3)
    return cells.transpose(0, 2, 1, 3, 4).reshape(box.h * CELL, box.w * CELL, 3)


def _pixels(box: Box) -> tuple[slice, slice]:
    return slice(box.y * CELL, (box.y + box.h) * CELL), slice(box.x * CELL, (box.x + box.w) * CELL)
