# SPDX-License-Identifier: Apache-2.0
"""Cuts a square out of a picture for a network, upright or turned, and carries points back to the picture."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Points = NDArray[np.float32]

# Pillow leaves out pixels of the source beyond this many for one of the result, and averages those that are left.
_GAP: Final = 1.5


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
        across, down = _axes(self.angle)
        placed = centred[:, :1] * across + centred[:, 1:2] * down + np.array([self.x, self.y], np.float32)
        return placed.astype(np.float32)

    def to_square(self, points: Points) -> Points:
        """Return `points` [n, 2], in pixels of the picture, as 0 … 1 of the square."""
        moved = np.asarray(points, np.float32) - np.array([self.x, self.y], np.float32)
        across, down = _axes(self.angle)
        local = np.stack([moved @ across, moved @ down], axis=1) / self.side + 0.5
        return local.astype(np.float32)


def around(pixels: Pixels) -> Square:
    """Return the smallest upright square that has all of the picture in its middle."""
    height, width = pixels.shape[:2]
    return Square(width / 2, height / 2, float(max(width, height)))


def cut(pixels: Pixels, square: Square, size: int) -> Pixels:
    """Return the square as uint8 [size, size, 3]. An upright one is averaged down, a turned one sampled linearly."""
    image = Image.fromarray(pixels)
    if square.angle == 0.0:
        return _upright(image, square, size)
    scale = square.side / size
    if scale > 2.0:
        # Linear sampling reads four pixels of each point: a large hand is brought down first.
        factor = int(scale)
        image = image.reduce(factor)
        square = Square(square.x / factor, square.y / factor, square.side / factor, square.angle)
        scale = square.side / size
    across, down = _axes(square.angle) * np.float32(scale)
    left, top = np.array([square.x, square.y]) - (across + down) * (size / 2)
    terms = (across[0], down[0], left, across[1], down[1], top)
    turned = image.transform(
        (size, size), Image.Transform.AFFINE, tuple(map(float, terms)), Image.Resampling.BILINEAR, fillcolor=0
    )
    return np.asarray(turned)


def _upright(image: Image.Image, square: Square, size: int) -> Pixels:
    """Resize the part of the square that is inside the picture, and put it into black."""
    left, top = square.x - square.side / 2, square.y - square.side / 2
    box = (max(left, 0), max(top, 0), min(left + square.side, image.width), min(top + square.side, image.height))
    out = np.zeros((size, size, 3), np.uint8)
    scale = size / square.side
    x, y = round((box[0] - left) * scale), round((box[1] - top) * scale)
    width, height = min(round((box[2] - box[0]) * scale), size - x), min(round((box[3] - box[1]) * scale), size - y)
    if width < 1 or height < 1:
        return out
    resized = image.resize((width, height), Image.Resampling.BILINEAR, box, _GAP)
    out[y : y + height, x : x + width] = np.asarray(resized)
    return out


def _axes(angle: float) -> NDArray[np.float32]:
    """Return the square's unit vectors across and down, [2, 2]."""
    return np.array([[cos(angle), sin(angle)], [-sin(angle), cos(angle)]], np.float32)
