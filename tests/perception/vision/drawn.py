# SPDX-License-Identifier: Apache-2.0
"""A face and a hand, drawn: what the networks take for real is enough to follow them, and nobody's picture is kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Pixels = NDArray[np.uint8]

_SKIN, _SHADE, _HAIR, _LIPS = (224, 172, 140), (190, 135, 105), (70, 45, 30), (170, 80, 80)


def ground(width: int = 640, height: int = 480) -> Image.Image:
    """Return a dull wall."""
    down = np.linspace(150, 110, height)[:, None, None]
    across = np.linspace(0, 25, width)[None, :, None]
    return Image.fromarray((down + across + np.zeros(3)).astype(np.uint8))


def with_face(picture: Image.Image, x: float, y: float, width: float) -> Image.Image:
    """Draw a face with its middle at x, y; its eyes are 0.44 of its width apart."""
    scale = 4
    size = int(width * 2.2)
    canvas = Image.new("RGBA", (size * scale, size * scale))
    draw = ImageDraw.Draw(canvas)
    unit = width * scale
    middle = size * scale / 2

    def oval(cx: float, cy: float, rx: float, ry: float, fill: tuple[int, ...]) -> None:
        px, py = middle + cx * unit, middle + cy * unit
        draw.ellipse((px - rx * unit, py - ry * unit, px + rx * unit, py + ry * unit), fill=fill)

    oval(0, 1.15, 0.75, 0.5, (60, 80, 120))
    draw.rectangle((middle - 0.2 * unit, middle + 0.4 * unit, middle + 0.2 * unit, middle + 0.8 * unit), fill=_SHADE)
    oval(0, -0.12, 0.56, 0.68, _HAIR)
    oval(-0.52, 0.05, 0.07, 0.13, _SHADE)
    oval(0.52, 0.05, 0.07, 0.13, _SHADE)
    oval(0, 0.05, 0.5, 0.66, _SKIN)
    oval(0, -0.5, 0.42, 0.2, _HAIR)
    for side in (-1, 1):
        oval(side * 0.22, -0.02, 0.13, 0.07, _SHADE)
        oval(side * 0.22, 0.0, 0.1, 0.05, (245, 245, 245))
        oval(side * 0.22, 0.0, 0.05, 0.05, (60, 40, 30))
        oval(side * 0.22, 0.0, 0.022, 0.022, (0, 0, 0))
        oval(side * 0.23, -0.13, 0.13, 0.025, _HAIR)
        oval(side * 0.05, 0.27, 0.04, 0.025, _SHADE)
    oval(0.03, 0.16, 0.035, 0.13, (206, 152, 120))
    oval(0, 0.44, 0.18, 0.055, _LIPS)
    oval(0, 0.435, 0.15, 0.012, (110, 40, 40))
    small = canvas.filter(ImageFilter.GaussianBlur(0.015 * unit)).resize((size, size), Image.Resampling.LANCZOS)
    out = picture.copy()
    out.paste(small, (round(x - size / 2), round(y - size / 2)), small)
    return out


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

    skin(_SHADE, 1.0)
    skin(_SKIN, 0.82)
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
