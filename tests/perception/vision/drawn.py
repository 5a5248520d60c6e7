# SPDX-License-Identifier: Apache-2.0
"""A face and a hand, drawn: what the networks take for real is enough to follow them, and nobody's picture is kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from phosphene_tools.perception.drawn_face import SHADE, SKIN, ground, with_face

__all__ = ["ground", "open_hand", "with_face", "with_hand"]

Pixels = NDArray[np.uint8]


def with_hand(picture: Image.Image, points: NDArray[np.float64], size: float, x: float, y: float) -> Image.Image:
    """Draw a hand along its landmarks [21, 2]; `points` are 0 at the wrist and 1 at the middle finger's tip."""
    scale = 4
    out = picture.resize((picture.width * scale, picture.height * scale))
    draw = ImageDraw.Draw(out)
    placed = (points * size + [x, y]) * scale
    unit = size * scale

    def limb(start: NDArray[np.float64], end: NDArray[np.float64], width: float, colour: tuple[int, int, int]) -> None:
        draw.line([tuple(start), tuple(end)], fill=colour, width=int(width))
        for middle in (start, end):
            draw.ellipse([*(middle - width / 2), *(middle + width / 2)], fill=colour)

    def skin(colour: tuple[int, int, int], thinner: float) -> None:
        down = placed[0] - placed[9]
        limb(placed[0], placed[0] + down * 1.2, 0.27 * unit * thinner, colour)
        palm = [placed[place] for place in (0, 1, 2, 5, 9, 13, 17)]
        draw.polygon([tuple(point) for point in palm], fill=colour)
        for place in palm:
            width = 0.15 * unit * thinner
            draw.ellipse([*(place - width / 2), *(place + width / 2)], fill=colour)
        for first in (1, 5, 9, 13, 17):
            for place in range(first, first + 3):
                limb(placed[place], placed[place + 1], 0.105 * unit * thinner, colour)

    skin(SHADE, 1.0)
    skin(SKIN, 0.82)
    for tip in (4, 8, 12, 16, 20):
        width = 0.04 * unit
        draw.ellipse([*(placed[tip] - width / 2), *(placed[tip] + width / 2)], fill=(240, 200, 180))
    return out.filter(ImageFilter.GaussianBlur(scale)).resize(picture.size, Image.Resampling.LANCZOS)


def open_hand() -> NDArray[np.float64]:
    """Return the landmarks of an open hand, fingers up."""
    thumb = [(-0.17, -0.12), (-0.32, -0.24), (-0.43, -0.35), (-0.52, -0.45)]
    rows = [(-0.15, -0.5, -0.1), (-0.01, -0.53, -0.01), (0.11, -0.5, 0.07), (0.22, -0.43, 0.16)]
    lengths = [(0.22, 0.35, 0.44), (0.24, 0.38, 0.48), (0.22, 0.36, 0.45), (0.17, 0.27, 0.35)]
    points = [(0.0, 0.0), *thumb]
    for (x, y, lean), reach in zip(rows, lengths, strict=True):
        points.append((x, y))
        points += [(x + lean * length, y - length) for length in reach]
    return np.array(points)
