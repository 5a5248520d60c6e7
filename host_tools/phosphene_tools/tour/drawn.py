# SPDX-License-Identifier: Apache-2.0
"""The scripted visitor in a room, drawn: a face that the networks take for one, and nobody's photograph."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

WIDTH: Final = 640
HEIGHT: Final = 480
_SCALE: Final = 3
"""Drawn larger, and made smaller: edges come out smooth."""

_SKIN, _SHADE, _HAIR, _LIPS = (226, 176, 144), (196, 142, 112), (62, 42, 30), (172, 84, 84)
_SHIRT, _COLLAR = (52, 92, 118), (222, 226, 228)
_WOOD, _LEAF, _POT, _SKY, _FRAME = (98, 72, 54), (58, 98, 64), (138, 80, 58), (74, 92, 128), (150, 146, 142)

Colour = tuple[int, int, int]
Pixels = NDArray[np.uint8]


def empty_room() -> Pixels:
    """Return a room with nobody in it, uint8 [480, 640, 3]."""
    return np.asarray(_room())


def visitor_in_room(face_px: int = 132) -> Pixels:
    """Return the room with the visitor looking at the camera, uint8 [480, 640, 3]; the face is `face_px` wide."""
    room = _room()
    visitor = _visitor(face_px)
    room.paste(visitor, (WIDTH // 2 - visitor.width // 2, round(0.5 * HEIGHT - visitor.height * 0.32)), visitor)
    return np.asarray(room)


def _room() -> Image.Image:
    """A wall, a window, a shelf with a plant; out of focus, as behind somebody who stands before a device."""
    down = np.linspace(1.0, 0.82, HEIGHT)[:, None, None]
    wall = np.broadcast_to(np.array([104, 98, 96]) * down, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    room = Image.fromarray(wall)
    draw = ImageDraw.Draw(room)
    draw.rectangle((36, 40, 176, 226), fill=_FRAME)
    for left in (46, 110):
        for top in (50, 137):
            draw.rectangle((left, top, left + 56, top + 79), fill=_SKY)
    draw.rectangle((486, 206, 628, 220), fill=_WOOD)
    for number, (width, height) in enumerate(((14, 62), (18, 74), (12, 56), (16, 68))):
        left = 496 + 20 * number
        draw.rectangle((left, 206 - height, left + width, 206), fill=((110, 60, 60), (70, 84, 110))[number % 2])
    draw.polygon(((584, 178), (616, 178), (611, 206), (589, 206)), fill=_POT)
    for lean in (-26, -12, 2, 16, 28):
        draw.line((600, 178, 600 + lean, 128 + abs(lean)), fill=_LEAF, width=9)
    return room.filter(ImageFilter.GaussianBlur(2.2))


def _visitor(face_px: int) -> Image.Image:
    """Head and shoulders on nothing; lengths are in widths of the face, from the middle of the eyes' line."""
    unit = face_px * _SCALE
    canvas = Image.new("RGBA", (round(3.4 * unit), round(4.2 * unit)))
    draw = ImageDraw.Draw(canvas)
    middle, eyes = 1.7 * unit, 1.34 * unit

    def oval(x: float, y: float, across: float, down: float, fill: Colour) -> None:
        px, py = middle + x * unit, eyes + y * unit
        draw.ellipse((px - across * unit, py - down * unit, px + across * unit, py + down * unit), fill=fill)

    def plate(points: tuple[tuple[float, float], ...], fill: Colour) -> None:
        draw.polygon([(middle + x * unit, eyes + y * unit) for x, y in points], fill=fill)

    oval(0, 1.72, 1.2, 0.86, _SHIRT)
    plate(((-1.2, 1.7), (1.2, 1.7), (1.2, 4.0), (-1.2, 4.0)), _SHIRT)
    oval(0, -0.16, 0.57, 0.68, _HAIR)
    plate(((-0.25, 0.5), (0.25, 0.5), (0.28, 0.92), (-0.28, 0.92)), _SHADE)
    plate(((-0.34, 0.84), (0, 1.14), (-0.46, 1.2)), _COLLAR)
    plate(((0.34, 0.84), (0, 1.14), (0.46, 1.2)), _COLLAR)
    for side in (-1, 1):
        oval(side * 0.52, 0.05, 0.07, 0.13, _SHADE)
    oval(0, 0.05, 0.5, 0.66, _SKIN)
    oval(-0.06, -0.52, 0.44, 0.2, _HAIR)
    oval(0.3, -0.44, 0.2, 0.13, _HAIR)
    for side in (-1, 1):
        oval(side * 0.22, -0.02, 0.13, 0.07, _SHADE)
        oval(side * 0.22, 0.0, 0.1, 0.05, (246, 246, 244))
        oval(side * 0.22, 0.0, 0.05, 0.05, (64, 46, 34))
        oval(side * 0.22, 0.0, 0.022, 0.022, (0, 0, 0))
        oval(side * 0.22 + 0.02, -0.016, 0.01, 0.01, (255, 255, 255))
        oval(side * 0.23, -0.135, 0.13, 0.022, _HAIR)
        oval(side * 0.05, 0.27, 0.04, 0.025, _SHADE)
        oval(side * 0.3, 0.26, 0.1, 0.07, (230, 166, 138))
    oval(0.03, 0.16, 0.035, 0.13, (208, 156, 124))
    oval(0, 0.43, 0.17, 0.055, _LIPS)
    mouth = (middle - 0.19 * unit, eyes + 0.24 * unit, middle + 0.19 * unit, eyes + 0.46 * unit)
    draw.arc(mouth, 25, 155, fill=(112, 44, 44), width=round(0.022 * unit))
    soft = canvas.filter(ImageFilter.GaussianBlur(0.013 * unit))
    return soft.resize((canvas.width // _SCALE, canvas.height // _SCALE), Image.Resampling.LANCZOS)
