# SPDX-License-Identifier: Apache-2.0
"""What lies under everything: the field's mix of the ground colours, and the decoration that stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL, Panel
from phosphene.painter.placement import Decoration, DecorationKind
from phosphene.painter.shapes import SOLID, Disc, Dots, Hills, Rays, Rings, Shape, Stripes

Float = NDArray[np.float32]
# An arc's band, as a share of its radius; a dot's radius, as a share of the pitch.
_ARC: Final = 0.35
_DOT: Final = 0.2


@dataclass(frozen=True, slots=True)
class Pattern:
    """A decoration's shape. With a finite `thickness` it is the band that lies so many pixels inside its edge."""

    shape: Shape
    thickness: float = SOLID


def pattern(decoration: Decoration) -> Pattern | None:
    """Return the shape of a decoration, or None for none."""
    x, y, size = decoration.x * CELL, decoration.y * CELL, max(decoration.size, 1.0) * CELL
    match decoration.kind:
        case DecorationKind.NONE:
            return None
        case DecorationKind.RINGS:
            return Pattern(Rings(x, y, size))
        case DecorationKind.RAYS:
            return Pattern(Rays(x, y, min(max(round(48 / decoration.size), 5), 24)))
        case DecorationKind.STRIPES:
            return Pattern(Stripes(x, y, size))
        case DecorationKind.DOTS:
            return Pattern(Dots(x, y, size, max(_DOT * size, 2.0)))
        case DecorationKind.ARCS:
            return Pattern(Disc(x, y, size), _ARC * size)
        case DecorationKind.HILLS:
            return Pattern(Hills(x, y, 2 * size))


@lru_cache(maxsize=32)
def spline(points: int, lattice: int) -> tuple[NDArray[np.intp], Float]:
    """Return which three lattice values make the value at each of evenly spread points, and their shares: [3, points].

    A quadratic B-spline: smooth in its slope, so that no edge of the lattice shows. Outside, the last value goes on.
    """
    place = (np.arange(points) + 0.5) / points * lattice - 0.5
    middle = np.rint(place)
    off = place - middle
    near = (middle.astype(np.intp) + np.array([[-1], [0], [1]])).clip(0, lattice - 1)
    shares = np.stack([0.5 * (0.5 - off) ** 2, 0.75 - off**2, 0.5 * (0.5 + off) ** 2]).astype(np.float32)
    return near, shares


def spread(values: Float, rows: int, columns: int) -> Float:
    """Return lattice values [15, 20, c] at rows x columns evenly spread points, float32 [rows, columns, c]."""
    height, width, channels = values.shape
    near, shares = spline(columns, width)
    across = sum(values[:, near[tap]] * shares[tap, :, None] for tap in range(3))
    lines = np.asarray(across, np.float32).reshape(height, -1)
    near, shares = spline(rows, height)
    whole = lines[near[0]] * shares[0, :, None]
    whole += lines[near[1]] * shares[1, :, None]
    whole += lines[near[2]] * shares[2, :, None]
    return whole.reshape(rows, columns, channels)


def shade(three: NDArray[np.uint8], weights: Float) -> Float:
    """Return the mixes of three colours [3, 3] by weights [h, w, 2], float32 [h, w, 3] from 0 to 255."""
    first, second, third = three.astype(np.float32)
    mixed = weights.reshape(-1, 2) @ np.stack([second - first, third - first])
    return (first + mixed).reshape(*weights.shape[:2], 3)


def grounds(panel: Panel, palette: Palette, weights: Float, *, decorated: bool = False) -> NDArray[np.uint8]:
    """Return the ground at every cell's four points (2, 2), (6, 2), (2, 6), (6, 6), uint8 [rows, columns, 12].

    `decorated` asks for its colours under the decoration.
    """
    rows, columns = panel.rows, panel.columns
    # Mixing and spreading are both linear: the order that handles fewer numbers comes out the same.
    mixed = spread(shade(palette.decoration if decorated else palette.ground, weights), 2 * rows, 2 * columns)
    points = (mixed + np.float32(0.5)).astype(np.uint8).reshape(rows, 2, columns, 2, 3)
    return np.ascontiguousarray(points.transpose(0, 2, 1, 3, 4)).reshape(rows, columns, 12)
