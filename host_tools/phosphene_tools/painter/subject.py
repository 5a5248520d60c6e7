# SPDX-License-Identifier: Apache-2.0
"""What a fault is injected into: a page that is right, its frame, and whoever paints it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.atlas import Atlas
from phosphene.painter.composite import composite, frame
from phosphene.painter.grid import Grid
from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL
from phosphene.painter.placement import Arrangement
from phosphene.painter.tiles import changed

Frame = NDArray[np.uint8]


class Paints(Protocol):
    """The renderer, or the exact picture."""

    def update(self, frame: Frame, before: Grid, after: Grid, atlas: Atlas) -> object: ...


class Exact:
    """Paints without error, cell by cell."""

    def frame(self, grid: Grid, atlas: Atlas) -> Frame:
        return frame(grid, atlas)

    def update(self, frame: Frame, before: Grid, after: Grid, atlas: Atlas) -> None:
        rows, columns = np.divmod(changed(before, after), before.glyph.shape[1])
        tiles = frame.reshape(before.glyph.shape[0], CELL, before.glyph.shape[1], CELL, 3)
        tiles[rows, :, columns] = composite(after, atlas, (rows, columns))


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A page that is right, and its frame."""

    arrangement: Arrangement
    palette: Palette
    grid: Grid
    atlas: Atlas
    frame: Frame
