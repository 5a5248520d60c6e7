# SPDX-License-Identifier: Apache-2.0
"""A picture of the camera in the sizes that are wanted of it; what several look at is reduced once."""

from __future__ import annotations

from math import ceil, floor
from typing import Final

import numpy as np
from PIL import Image

from phosphene.perception.vision.view import Pixels, Square, axes

# Beyond so many pixels for one of the view, whole ones are averaged first; Pillow does that several times as fast.
_MANY: Final = 2.0
_SMALL: Final = 192
"""About so many pixels is the longer side of a small picture: what the detectors take."""

_Box = tuple[float, float, float, float]


class Picture:
    """One picture: `pixels` is uint8 [height, width, 3]. For one thread."""

    def __init__(self, pixels: Pixels) -> None:
        self._image = Image.fromarray(pixels)
        self.width, self.height = self._image.size
        self._small: Image.Image | None = None

    @property
    def whole(self) -> Square:
        """The smallest upright square that has all of the picture in its middle."""
        return Square(self.width / 2, self.height / 2, float(max(self.width, self.height)))

    @property
    def small(self) -> Image.Image:
        """The whole picture, averaged down by an integer to _SMALL pixels or up to twice as many."""
        if self._small is None:
            factor = self._small_factor
            self._small = self._image.reduce(factor) if factor > 1 else self._image
        return self._small

    def cut(self, square: Square, size: int) -> Pixels:
        """Return the square as uint8 [size, size, 3], black beyond the picture. An upright one is averaged down, a
        turned one sampled linearly.
        """
        return self._upright(square, size) if square.angle == 0.0 else self._turned(square, size)

    @property
    def _small_factor(self) -> int:
        return max(1, max(self.width, self.height) // _SMALL)

    def _upright(self, square: Square, size: int) -> Pixels:
        """Resize the part of the square that is inside the picture, and put it into black."""
        left, top = square.x - square.side / 2, square.y - square.side / 2
        right, bottom = min(left + square.side, self.width), min(top + square.side, self.height)
        inside = (max(left, 0.0), max(top, 0.0), right, bottom)
        out = np.zeros((size, size, 3), np.uint8)
        scale = size / square.side
        x, y = round((inside[0] - left) * scale), round((inside[1] - top) * scale)
        width = min(round((right - inside[0]) * scale), size - x)
        height = min(round((bottom - inside[1]) * scale), size - y)
        if width < 1 or height < 1:
            return out
        image, box, filtered = self._averaged(inside, square.side / size)
        out[y : y + height, x : x + width] = np.asarray(image.resize((width, height), filtered, box))
        return out

    def _averaged(self, box: _Box, scale: float) -> tuple[Image.Image, _Box, Image.Resampling]:
        """Return an image in which `box` is at most twice as large as wanted, where it is there, and what resizes it.

        Averaging goes most of the way, so a filter that blurs little is enough for the rest.
        """
        if scale < _MANY:
            return self._image, box, Image.Resampling.BILINEAR
        factor = int(scale)
        if factor == self._small_factor and box == (0.0, 0.0, self.width, self.height):
            image, x, y = self.small, 0, 0
        else:
            x, y = floor(box[0]), floor(box[1])
            image = self._image.reduce(factor, (x, y, ceil(box[2]), ceil(box[3])))
        left, top, right, bottom = box
        there = (left - x) / factor, (top - y) / factor, (right - x) / factor, (bottom - y) / factor
        return image, there, Image.Resampling.HAMMING

    def _turned(self, square: Square, size: int) -> Pixels:
        image, scale = self._image, square.side / size
        if scale > _MANY:
            # Linear sampling reads four pixels of each point: a large hand is brought down first.
            factor = int(scale)
            image = image.reduce(factor)
            square = Square(square.x / factor, square.y / factor, square.side / factor, square.angle)
            scale = square.side / size
        across, down = axes(square.angle) * np.float32(scale)
        left, top = np.array([square.x, square.y]) - (across + down) * (size / 2)
        terms = (across[0], down[0], left, across[1], down[1], top)
        turned = image.transform(
            (size, size), Image.Transform.AFFINE, tuple(map(float, terms)), Image.Resampling.BILINEAR, fillcolor=0
        )
        return np.asarray(turned)
