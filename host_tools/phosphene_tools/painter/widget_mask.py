# SPDX-License-Identifier: Apache-2.0
"""How near painted widgets come to their exact picture, in decibels over the cells that their edges run through."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.grid import Grid
from phosphene.painter.panel import CELL
from phosphene.painter.placement import Arrangement, WidgetKind

Frame = NDArray[np.uint8]

_DRAWN: Final = frozenset(
    {
        WidgetKind.PANEL,
        WidgetKind.OUTLINE,
        WidgetKind.BUTTON,
        WidgetKind.BAR,
        WidgetKind.RING,
        WidgetKind.TOGGLE,
        WidgetKind.SPARKLINE,
        WidgetKind.ICON,
    }
)
_PEAK: Final = 255.0


def mask(arrangement: Arrangement, grid: Grid) -> NDArray[np.bool_]:
    """Return the pixels [height, width] of all cells in which a widget has an edge, an icon or a sparkline.

    Whole cells of one colour are left out: they are easy, and would hide what is not.
    """
    edges = grid.cells.used > 0
    drawn = np.zeros_like(edges)
    for widget in arrangement.widgets:
        if widget.kind in _DRAWN:
            box = widget.box
            drawn[box.y : box.y + box.h, box.x : box.x + box.w] = True
    for run in arrangement.runs:
        drawn[run.box.y : run.box.y + run.box.h, run.box.x : run.box.x + run.box.w] = False
    cells = drawn & (edges | (grid.glyph > 0))
    return cells.repeat(CELL, axis=0).repeat(CELL, axis=1)


def squared_error(shown: Frame, exact: Frame, where: NDArray[np.bool_]) -> tuple[float, int]:
    """Return the sum of squared differences over the pixels of a mask, and how many numbers it is over."""
    difference = shown[where].astype(np.float64) - exact[where]
    return float((difference * difference).sum()), difference.size


def psnr(total: float, numbers: int) -> float | None:
    """Return the peak signal-to-noise ratio in decibels of a summed squared error, or None over nothing."""
    if not numbers:
        return None
    return 10 * math.log10(_PEAK * _PEAK * numbers / total) if total else math.inf
