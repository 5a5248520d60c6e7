# SPDX-License-Identifier: Apache-2.0
"""From a grid of cells to pixels, through the renderer's int8 graphs; only changed cells when little changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Accelerator, Cpu
from phosphene.models import model_file
from phosphene.painter.atlas import Atlas
from phosphene.painter.cells import COLOURS, SHAPES
from phosphene.painter.distinct import distinct, words
from phosphene.painter.grid import Grid
from phosphene.painter.kept import Kept
from phosphene.painter.panel import CELL, Panel
from phosphene.painter.placement import Box
from phosphene.painter.tiles import Places, boxes, changed, portions

Frame = NDArray[np.uint8]
# Cells that each graph takes. The small one is for what changes from second to second.
GRAPHS = {"renderer-100.tflite": 100, "renderer-50.tflite": 50}
# The graph works on a cell as 4 x 4 places of 2 x 2 pixels.
_PLACES = 16
_OUT = 12
# Two pixels beside each other, and a cell's row of eight, moved as one thing.
_PAIR = np.dtype("V6")
_ROW_OF_CELL = np.dtype("V24")


class Renderer:
    """Paints frames of one panel. A cell's pixels depend on that cell's entry in the grid alone."""

    def __init__(self, panel: Panel, *, folder: Path | None = None, accelerator: Accelerator | None = None) -> None:
        """Load the graphs of `folder`, by default the device's own; raises ModelError."""
        runs_on = accelerator or Cpu()
        self.panel = panel
        self._graphs = {
            size: runs_on.load(folder / name if folder else model_file("renderer", name))
            for name, size in GRAPHS.items()
        }
        self._inputs = {
            size: (
                np.zeros((1, 1, _PLACES * size, 4), np.int8),
                np.zeros((1, 1, size, COLOURS), np.int8),
                np.zeros((1, 1, size, SHAPES), np.int8),
            )
            for size in self._graphs
        }
        self._tables: Kept[Atlas, str, NDArray[np.int8]] = Kept()

    def frame(self, grid: Grid, atlas: Atlas) -> Frame:
        """Return the whole picture of a grid, uint8 [height, width, 3]; raises ValueError for another panel's grid."""
        frame = np.empty((self.panel.height, self.panel.width, 3), np.uint8)
        self._paint(frame, grid, atlas, None)
        return frame

    def update(self, frame: Frame, before: Grid, after: Grid, atlas: Atlas) -> list[Box]:
        """Paint into `frame`, which shows `before`, the cells that differ in `after`; return boxes that cover them.

        The frame is then the same, bit for bit, as `frame(after)`.
        """
        places = changed(before, after)
        if len(places):
            self._paint(frame, after, atlas, places)
        return boxes(places, self.panel.columns)

    def _paint(self, frame: Frame, grid: Grid, atlas: Atlas, places: Places | None) -> None:
        """Paint the cells at `places`, or all. A description that several cells share goes through the graph once."""
        rows, columns = self.panel.rows, self.panel.columns
        if grid.glyph.shape != (rows, columns):
            raise ValueError(f"a grid of {grid.glyph.shape} cells on a panel of {(rows, columns)}")
        cells = words(grid)
        first, kind = distinct(cells if places is None else cells[places])
        painted = self._cells(grid, atlas, first if places is None else places[first])[kind]
        tiles = frame.reshape(-1).view(_ROW_OF_CELL).reshape(rows, CELL, columns)
        if places is None:
            tiles[:] = painted.reshape(rows, columns, CELL).transpose(0, 2, 1)
        else:
            down, across = np.divmod(places, columns)
            tiles[down, :, across] = painted

    def _cells(self, grid: Grid, atlas: Atlas, places: Places) -> NDArray[np.void]:
        """Return the pixels of the cells at `places`, each row of a cell as one item: [n, 8] of 24 bytes."""
        glyph = grid.glyph.reshape(-1)
        colours = grid.colours.reshape(-1, COLOURS)
        shapes = grid.shapes.reshape(-1, SHAPES)
        parts = self._tables.get(atlas, grid.font, lambda: _table(atlas, grid.font))
        painted = np.empty((len(places), _PLACES * _OUT), np.uint8)
        for start, stop, size in portions(len(places), tuple(self._graphs)):
            at, number = places[start:stop], stop - start
            coverage, colour, shape = self._inputs[size]
            np.take(parts, glyph[at], axis=0, out=coverage.reshape(size, _PLACES * 4)[:number])
            np.bitwise_xor(colours[at].view(np.int8), np.int8(-128), out=colour[0, 0, :number])
            shape[0, 0, :number] = shapes[at]
            (pixels,) = self._graphs[size].run(coverage, colour, shape)
            np.bitwise_xor(pixels.reshape(size, -1)[:number].view(np.uint8), np.uint8(128), out=painted[start:stop])
        # From 4 x 4 places of 2 x 2 pixels to rows of pixels; whole pairs of pixels move.
        pairs = painted.view(_PAIR).reshape(-1, CELL // 2, CELL // 2, 2).transpose(0, 1, 3, 2)
        return np.ascontiguousarray(pairs).view(_ROW_OF_CELL).reshape(-1, CELL)


def _table(atlas: Atlas, font: str) -> NDArray[np.int8]:
    """Return the font's parts as the graph takes them: int8 [parts, 64], place by place."""
    parts = atlas.parts(font)
    places = parts.reshape(-1, 4, 2, 4, 2).transpose(0, 1, 3, 2, 4).reshape(len(parts), _PLACES * 4)
    return (places ^ np.uint8(128)).view(np.int8)


def transition(before: Frame, after: Frame, share: float) -> Frame:
    """Return the picture `share` (0 to 1) of the way from one frame to the next, for a change of scene.

    Raises ValueError for a share outside 0 to 1, or frames of two sizes.
    """
    if not 0.0 <= share <= 1.0 or before.shape != after.shape:
        raise ValueError(f"no way of {share} from a frame of {before.shape} to one of {after.shape}")
    # Slow at both ends, in 256 steps of whole numbers; the ends are the frames themselves.
    eased = round(256 * share * share * (3 - 2 * share))
    mixed = before.astype(np.int16)
    mixed += ((after.astype(np.int16) - mixed) * np.int32(eased) >> 8).astype(np.int16)
    return mixed.astype(np.uint8)
