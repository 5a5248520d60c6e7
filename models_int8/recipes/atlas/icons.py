# SPDX-License-Identifier: Apache-2.0
"""Our own icons, as strokes on a square of 24 units, and how they become coverage."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from phosphene.painter.panel import CELL
from phosphene.painter.scene import ICONS

UNITS: Final = 24
_STROKE: Final = 2.2
_OVERSAMPLE: Final = 8
_MARGIN: Final = 0.75
Mark = tuple[str, tuple[float, ...]]


def _line(*points: float) -> Mark:
    return "line", points


def _area(*points: float) -> Mark:
    return "area", points


def _ring(x: float, y: float, radius: float) -> Mark:
    return "arc", (x, y, radius, 0, 360)


def _arc(x: float, y: float, radius: float, start: float, end: float) -> Mark:
    """Degrees, clockwise from three o'clock."""
    return "arc", (x, y, radius, start, end)


def _dot(x: float, y: float, radius: float) -> Mark:
    return "dot", (x, y, radius)


_BELL = (
    _line(4, 18, 6, 16, 6, 10, 8, 6, 12, 4.5, 16, 6, 18, 10, 18, 16, 20, 18, 4, 18),
    _dot(12, 21, 1.9),
    _dot(12, 3, 1.5),
)
_DROP = (_line(12, 3, 17, 10, 18.5, 14.5), _line(12, 3, 7, 10, 5.5, 14.5), _arc(12, 14.5, 6.5, 0, 180))
_SHACKLE = _line(8, 11, 8, 7.5)
DRAWINGS: Final[dict[str, tuple[Mark, ...]]] = {
    "timer": (_ring(12, 14, 8), _line(12, 14, 12, 9), _line(9, 2.5, 15, 2.5), _line(12, 2.5, 12, 6)),
    "alarm": (
        *(_ring(12, 13, 7.5), _line(12, 9, 12, 13, 15, 15), _line(3, 6, 7, 2.5), _line(21, 6, 17, 2.5)),
        *(_line(6.5, 19, 4.5, 22), _line(17.5, 19, 19.5, 22)),
    ),
    "clock": (_ring(12, 12, 9.5), _line(12, 6.5, 12, 12, 16, 14.5)),
    "heat": tuple(_line(x, 21, x - 2, 17.5, x + 2, 13, x - 2, 8.5, x + 2, 4, x + 1, 2.5) for x in (6.0, 12.0, 18.0)),
    "cold": (
        *(
            _line(12 - 9.5 * c, 12 - 9.5 * s, 12 + 9.5 * c, 12 + 9.5 * s)
            for c, s in ((0.866, 0.5), (0, 1), (-0.866, 0.5))
        ),
        *(_line(9, 4, 12, 7, 15, 4), _line(9, 20, 12, 17, 15, 20)),
    ),
    "water": _DROP,
    "lock": (_area(4, 11, 20, 11, 20, 22, 4, 22), _SHACKLE, _arc(12, 7.5, 4.5, 180, 360), _line(16.5, 7, 16.5, 11)),
    "unlock": (_line(5, 11, 19, 11, 19, 21, 5, 21, 5, 11), _SHACKLE, _arc(12, 6.5, 4.5, 180, 350), _dot(12, 16, 2)),
    "light": (_arc(12, 10, 7, 130, 410), _line(7.6, 15.5, 9, 18, 15, 18, 16.4, 15.5), _line(9.5, 21.5, 14.5, 21.5)),
    "fan": (_dot(12, 12, 2.2), *(_ring(12 + x, 12 + y, 3.9) for x, y in ((0, -6.2), (5.6, 3.4), (-5.6, 3.4)))),
    "door": (_line(5, 22, 5, 2.5, 19, 2.5, 19, 22), _line(2, 22, 22, 22), _dot(15, 13, 1.7)),
    "scale": (
        *(_line(12, 3, 12, 21), _line(7, 21, 17, 21), _line(4, 6, 20, 6)),
        *(_line(4.5, 6, 1.8, 14, 7.2, 14, 4.5, 6), _line(19.5, 6, 16.8, 14, 22.2, 14, 19.5, 6)),
    ),
    "sum": (_line(18.5, 6, 18.5, 3, 5, 3, 13, 12, 5, 21, 18.5, 21, 18.5, 18),),
    "convert": (
        _line(3, 8, 20, 8),
        _line(16, 3.5, 20.5, 8, 16, 12),
        _line(21, 16, 4, 16),
        _line(8, 12, 3.5, 16, 8, 20.5),
    ),
    "coin": (_ring(12, 12, 9.5), _arc(12.8, 12, 4.2, 50, 310), _line(7, 10.7, 12, 10.7), _line(7, 13.6, 12, 13.6)),
    "question": (
        _ring(12, 12, 10),
        _arc(12, 9.5, 3.4, 180, 400),
        _line(14.4, 11.6, 12, 13.5, 12, 15),
        _dot(12, 18, 1.4),
    ),
    "check": (_line(3, 13, 9, 19.5, 21, 5),),
    "cross": (_line(4.5, 4.5, 19.5, 19.5), _line(19.5, 4.5, 4.5, 19.5)),
    "warning": (_line(12, 2.5, 22.5, 21, 1.5, 21, 12, 2.5), _line(12, 9, 12, 14), _dot(12, 17.6, 1.5)),
    "bell": _BELL,
    "hand": (
        *(_line(6.5, 14, 6.5, 6), _line(10, 12, 10, 3), _line(13.5, 12, 13.5, 3), _line(17, 13, 17, 5)),
        *(_line(17, 12, 17, 15.5, 15.5, 20, 12.5, 22, 9.5, 21, 3, 14.5), _line(6.5, 12, 6.5, 16)),
    ),
    "ear": (
        _arc(12, 9, 7, 180, 375),
        _line(18.8, 11, 15, 15.5, 14, 19),
        _arc(10.5, 18.5, 3.5, 0, 150),
        _arc(12, 9.5, 3, 180, 400),
    ),
    "eye": (_arc(12, 19, 13, 220, 320), _arc(12, 5, 13, 40, 140), _dot(12, 12, 3.6)),
    "plug": (
        _line(8.5, 2, 8.5, 8),
        _line(15.5, 2, 15.5, 8),
        _area(4.5, 8, 19.5, 8, 19.5, 13, 15, 17, 9, 17, 4.5, 13),
        _line(12, 17, 12, 22.5),
    ),
    "cup": (
        _line(4, 8, 16, 8, 16, 15, 14, 19.5, 6, 19.5, 4, 15, 4, 8),
        _arc(16.5, 12, 4, -90, 90),
        _line(7, 2, 7, 5),
        _line(12.5, 2, 12.5, 5),
    ),
}


def draw_icon(name: str, cells: int) -> NDArray[np.uint8]:
    """Return one icon as coverage, uint8 [8·cells, 8·cells], three quarters of a pixel inside its box."""
    side = cells * CELL
    scale = (side - 2 * _MARGIN) * _OVERSAMPLE / UNITS
    shift = _MARGIN * _OVERSAMPLE
    # At 16 pixels a stroke thinner than two pixels turns grey.
    width = max(_STROKE, 1.75 * UNITS / side) * scale
    image = Image.new("L", (side * _OVERSAMPLE, side * _OVERSAMPLE))
    pen = ImageDraw.Draw(image)
    for kind, numbers in DRAWINGS[name]:
        if kind == "dot":
            _disc(pen, numbers[0] * scale + shift, numbers[1] * scale + shift, max(numbers[2] * scale, width / 2))
        elif kind == "arc":
            _stroke(pen, _circle(numbers, scale, shift), width)
        else:
            points = [(x * scale + shift, y * scale + shift) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
            if kind == "area":
                pen.polygon(points, fill=255)
                points.append(points[0])
            _stroke(pen, points, width)
    return np.asarray(image.resize((side, side), Image.Resampling.BOX))


def draw_icons(cells: int) -> NDArray[np.uint8]:
    """Return all of `scene.ICONS` in order as uint8 [icons, 8·cells, 8·cells]; the first, "", is empty."""
    empty = np.zeros((cells * CELL, cells * CELL), np.uint8)
    return np.stack([empty, *(draw_icon(name, cells) for name in ICONS[1:])])


def _circle(numbers: tuple[float, ...], scale: float, shift: float) -> list[tuple[float, float]]:
    x, y, radius, start, end = numbers
    steps = max(8, int(abs(end - start) / 4))
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [
        ((x + radius * math.cos(angle)) * scale + shift, (y + radius * math.sin(angle)) * scale + shift)
        for angle in angles
    ]


def _stroke(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], width: float) -> None:
    pen.line(points, fill=255, width=round(width))
    for x, y in points:
        _disc(pen, x, y, width / 2)


def _disc(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
