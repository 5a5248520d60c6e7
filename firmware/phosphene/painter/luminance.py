# SPDX-License-Identifier: Apache-2.0
"""Lightness as legibility counts it: ln(Y + 0.05), Y the relative luminance, so that differences are WCAG contrast."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.oklch import luminance
from phosphene.painter.panel import CELL

Float = NDArray[np.float32]
# WCAG's flare: the light that a black screen still sends.
_FLARE: Final = 0.05
# Steps of luminance in the integer sum; at black one step changes the contrast by half a percent.
_STEPS: Final = 4095
_LINEAR: Final = luminance(np.eye(3, dtype=np.uint8)[:, None] * np.arange(256, dtype=np.uint8)[:, None])
_RED, _GREEN, _BLUE = (np.rint(channel * _STEPS).astype(np.uint16) for channel in _LINEAR)
_LOG: Final = np.log(np.arange(_STEPS + 4) / _STEPS + _FLARE).astype(np.float32)


def lightness(colours: NDArray[np.uint8]) -> Float:
    """Return ln(Y + 0.05) of uint8 sRGB [..., 3], float32 from -3.0 to 0.05."""
    steps = _RED.take(colours[..., 0])
    steps += _GREEN.take(colours[..., 1])
    steps += _BLUE.take(colours[..., 2])
    return _LOG.take(steps)


def in_cells(plane: NDArray[np.float32]) -> Float:
    """Return a picture [8·rows, 8·columns] cell by cell: [rows, columns, 8, 8], a view."""
    high, wide = plane.shape
    return plane.reshape(high // CELL, CELL, wide // CELL, CELL).transpose(0, 2, 1, 3)


def ratio(difference: float) -> float:
    """Return the contrast ratio of a difference in lightness."""
    return math.exp(abs(difference))
