# SPDX-License-Identifier: Apache-2.0
"""From a grid of cells to pixels, through the renderer's int8 graphs; only changed cells when little changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Accelerator, Cpu
from phosphene.models import model_file
from phosphene.painter.atlas import Atlas
from phosphene.painter.cells import COLOURS, SHAPES
from phosphene.painter.grid import Grid
from phosphene.painter.panel import CELL, Panel
from phosphene.painter.placement import Box
from phosphene.painter.tiles import Places, boxes, changed, portions

Frame = NDArray[np.uint8]
# Cells that each graph takes. The small one is for what changes from second to second.
GRAPHS = {"renderer-300.tflite": 300, "renderer-50.tflite": 50}
# The graph works on a cell as 4 x 4 places of 2 x 2 pixels.
_PLACES = 16
_OUT = 12


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
        self._parts: dict[int, tuple[object, NDArray[np.int8]]] = {}

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
        columns = self.panel.columns
        if grid.glyph.shape != (self.panel.rows, columns):
            raise ValueError(f"a grid of {grid.glyph.shape} cells on a panel of {(self.panel.rows, columns)}")
        glyph = grid.glyph.reshape(-1)
        colours = grid.colours.reshape(-1, COLOURS)
        shapes = grid.shapes.reshape(-1, SHAPES)
        parts = self._table(atlas, grid.font)
        tiles = frame.reshape(self.panel.rows, CELL, columns, CELL, 3)
        count = glyph.size if places is None else len(places)
        for start, stop, size in portions(count, tuple(self._graphs)):
            at: Any = slice(start, stop) if places is None else places[start:stop]
            number = stop - start
            coverage, colour, shape = self._inputs[size]
            np.take(parts, glyph[at], axis=0, out=coverage.reshape(size, _PLACES * 4)[:number])
            np.bitwise_xor(colours[at].view(np.int8), np.int8(-128), out=colour[0, 0, :number])
            shape[0, 0, :number] = shapes[at]
            (pixels,) = self._graphs[size].run(coverage, colour, shape)
            cells = (
                pixels.reshape(size, 4, 4, 2, 2, 3)[:number].transpose(0, 1, 3, 2, 4, 5).reshape(number, CELL, CELL, 3)
            )
            rows, across = np.divmod(np.arange(start, stop) if places is None else places[start:stop], columns)
            tiles[rows, :, across] = cells.view(np.uint8) ^ np.uint8(128)

    def _table(self, atlas: Atlas, font: str) -> NDArray[np.int8]:
        """Return the font's parts as the graph takes them: int8 [parts, 64], place by place."""
        parts = atlas.parts(font)
        # The key alone could belong to a table that is gone; the entry keeps its own alive.
        kept = self._parts.get(id(parts))
        if kept is None or kept[0] is not parts:
            places = parts.reshape(-1, 4, 2, 4, 2).transpose(0, 1, 3, 2, 4).reshape(len(parts), _PLACES * 4)
            kept = (parts, (places ^ np.uint8(128)).view(np.int8))
            self._parts[id(parts)] = kept
        return kept[1]


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
