# SPDX-License-Identifier: Apache-2.0
"""A drawn face before a dull wall: enough for the networks to look at, and nobody's picture is kept."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SKIN, SHADE = (224, 172, 140), (190, 135, 105)
_HAIR, _LIPS = (70, 45, 30), (170, 80, 80)


def ground(width: int = 640, height: int = 480) -> Image.Image:
    """Return a dull wall."""
    down = np.linspace(150, 110, height)[:, None, None]
    across = np.linspace(0, 25, width)[None, :, None]
    return Image.fromarray((down + across + np.zeros(3)).astype(np.uint8))


def with_face(picture: Image.Image, x: float, y: float, width: float) -> Image.Image:
    """Return the picture with a face drawn on it, its middle at x, y; its eyes are 0.44 of its width apart."""
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
    draw.rectangle((middle - 0.2 * unit, middle + 0.4 * unit, middle + 0.2 * unit, middle + 0.8 * unit), fill=SHADE)
    oval(0, -0.12, 0.56, 0.68, _HAIR)
    oval(-0.52, 0.05, 0.07, 0.13, SHADE)
    oval(0.52, 0.05, 0.07, 0.13, SHADE)
    oval(0, 0.05, 0.5, 0.66, SKIN)
    oval(0, -0.5, 0.42, 0.2, _HAIR)
    for side in (-1, 1):
        oval(side * 0.22, -0.02, 0.13, 0.07, SHADE)
        oval(side * 0.22, 0.0, 0.1, 0.05, (245, 245, 245))
        oval(side * 0.22, 0.0, 0.05, 0.05, (60, 40, 30))
        oval(side * 0.22, 0.0, 0.022, 0.022, (0, 0, 0))
        oval(side * 0.23, -0.13, 0.13, 0.025, _HAIR)
        oval(side * 0.05, 0.27, 0.04, 0.025, SHADE)
    oval(0.03, 0.16, 0.035, 0.13, (206, 152, 120))
    oval(0, 0.44, 0.18, 0.055, _LIPS)
    oval(0, 0.435, 0.15, 0.012, (110, 40, 40))
    small = canvas.filter(ImageFilter.GaussianBlur(0.015 * unit)).resize((size, size), Image.Resampling.LANCZOS)
    out = picture.copy()
    out.paste(small, (round(x - size / 2), round(y - size / 2)), small)
    return out
