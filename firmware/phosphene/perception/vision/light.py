# SPDX-License-Identifier: Apache-2.0
"""How light the surroundings are and how much of the picture moved, from a coarse grid of its brightness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from phosphene.perception.vision.picture import Picture

GRID: Final = (32, 24)
"""Cells across and down."""

# Brightness 0 … 255 that counts as dark, and as bright.
_DARK, _BRIGHT = 8.0, 150.0
# A cell moved when it changed by so many levels beyond what the whole picture did.
_CHANGE: Final = 6.0


@dataclass(frozen=True, slots=True)
class Grid:
    """The mean brightness 0 … 255 of each cell, float32 [24, 32], and the median of all."""

    cells: NDArray[np.float32]
    median: float


def grid(picture: Picture) -> Grid:
    """Return how bright the picture is."""
    cells = np.asarray(picture.small.convert("L").resize(GRID, Image.Resampling.BOX), np.float32)
    return Grid(cells, float(np.median(cells)))


def light(now: Grid) -> float:
    """Return 0 dark … 1 bright surroundings.

    A camera that sets its own exposure hides most of a change of light; what is left is what shows when it can't.
    """
    return min(1.0, max(0.0, (now.median - _DARK) / (_BRIGHT - _DARK)))


def motion(before: Grid | None, now: Grid) -> float:
    """Return the share of the picture that moved since the one before, 0 … 1; a change of exposure is taken out."""
    if before is None:
        return 0.0
    gain = min(2.0, max(0.5, (now.median + 1) / (before.median + 1)))
    moved = np.abs(now.cells - before.cells * np.float32(gain)) > _CHANGE
    return np.count_nonzero(moved) / moved.size
