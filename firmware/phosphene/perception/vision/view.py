# SPDX-License-Identifier: Apache-2.0
"""A square of a picture, upright or turned, that a network looks at; it carries points there and back."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Points = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Square:
    """A square of the picture: its centre and its side in pixels, turned clockwise by `angle` in radians.

    It may reach beyond the picture; what is outside is black.
    """

    x: float
    y: float
    side: float
    angle: float = 0.0

    def to_picture(self, points: Points) -> Points:
        """Return `points` [n, 2], 0 … 1 of the square, in pixels of the picture."""
        centred = (np.asarray(points, np.float32) - np.float32(0.5)) * np.float32(self.side)
        across, down = axes(self.angle)
        placed = centred[:, :1] * across + centred[:, 1:2] * down + np.array([self.x, self.y], np.float32)
        return placed.astype(np.float32)

    def to_square(self, points: Points) -> Points:
        """Return `points` [n, 2], in pixels of the picture, as 0 … 1 of the square."""
        moved = np.asarray(points, np.float32) - np.array([self.x, self.y], np.float32)
        across, down = axes(self.angle)
        local = np.stack([moved @ across, moved @ down], axis=1) / self.side + 0.5
        return local.astype(np.float32)


def axes(angle: float) -> NDArray[np.float32]:
    """Return the square's unit vectors across and down, [2, 2]."""
    return np.array([[cos(angle), sin(angle)], [-sin(angle), cos(angle)]], np.float32)
