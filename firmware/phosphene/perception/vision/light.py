# SPDX-License-Identifier: Apache-2.0
"""How light the surroundings are and how much of the picture moved, from a coarse grid of its brightness."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from phosphene.perception.vision.view import Pixels

Grid = NDArray[np.float32]

GRID: Final = (32, 24)
"""Cells across and down."""

# Brightness 0 … 255 that counts as dark, and as bright.
_DARK, _BRIGHT = 8.0, 150.0
# A cell moved when it changed by so many levels beyond what the whole picture did.
_CHANGE: Final = 6.0


def grid(pixels: Pixels) -> Grid:
    """Return the mean brightness 0 … 255 of each cell, float32 [24, 32]."""
    image = Image.fromarray(pixels)
    factor = max(1, min(image.width // (2 * GRID[0]), image.height // (2 * GRID[1])))
    small = (image.reduce(factor) if factor > 1 else image).convert("L")
    return np.asarray(small.resize(GRID, Image.Resampling.BOX), np.float32)


def light(cells: Grid) -> float:
    """Return 0 dark … 1 bright surroundings.

    A camera that sets its own exposure hides most of a change of light; what is left is what shows when it can't.
    """
    return float(np.clip((np.median(cells) - _DARK) / (_BRIGHT - _DARK), 0, 1))


def motion(before: Grid | None, now: Grid) -> float:
    """Return the share of the picture that moved since the one before, 0 … 1; a change of exposure is taken out."""
    if before is None:
        return 0.0
    gain = float(np.clip((np.median(now) + 1) / (np.median(before) + 1), 0.5, 2.0))
    change = np.abs(now - before * gain)
    return float((change > _CHANGE).mean())
