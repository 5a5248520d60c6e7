# SPDX-License-Identifier: Apache-2.0
"""Signed distances of the plain shapes, in pixels: negative inside, zero on the edge.

Each takes a row of x and a column of y (pixels from the panel's top left corner) and returns float32 [len(y), len(x)].
The formulas are those of Inigo Quilez's "2D distance functions".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
# A shape without an inner edge is this thick, in pixels: more than a cell can show.
SOLID: Final = 1e3


class Shape(Protocol):
    """Something with an outline."""

    def distance(self, x: Float, y: Float) -> Float: ...


@dataclass(frozen=True, slots=True)
class RoundedRectangle:
    """Left, top, width, height and the corners' radius; a radius of half the height makes a capsule."""

    x: float
    y: float
    w: float
    h: float
    radius: float

    def distance(self, x: Float, y: Float) -> Float:
        radius = min(self.radius, self.w / 2, self.h / 2)
        across = np.abs(x - np.float32(self.x + self.w / 2)) - np.float32(self.w / 2 - radius)
        down = np.abs(y - np.float32(self.y + self.h / 2)) - np.float32(self.h / 2 - radius)
        outside = np.sqrt(np.square(np.maximum(across, 0)) + np.square(np.maximum(down, 0)))
        return outside + np.minimum(np.maximum(across, down), 0) - np.float32(radius)


@dataclass(frozen=True, slots=True)
class Disc:
    """Centre and radius. With a thickness it is a ring."""

    x: float
    y: float
    radius: float

    def distance(self, x: Float, y: Float) -> Float:
        return np.sqrt(np.square(x - np.float32(self.x)) + np.square(y - np.float32(self.y))) - np.float32(self.radius)


@dataclass(frozen=True, slots=True)
class LeftOf:
    """Everything left of `x`."""

    x: float

    def distance(self, x: Float, y: Float) -> Float:
        return np.broadcast_to(x - np.float32(self.x), (y.shape[0], x.shape[-1]))


@dataclass(frozen=True, slots=True)
class Below:
    """Everything below `y`; with a thickness, a line across."""

    y: float

    def distance(self, x: Float, y: Float) -> Float:
        return np.broadcast_to(np.float32(self.y) - y, (y.shape[0], x.shape[-1]))


@dataclass(frozen=True, slots=True)
class Sector:
    """What a hand passes over that starts at twelve o'clock and makes `turns` of a circle, clockwise."""

    x: float
    y: float
    turns: float

    def distance(self, x: Float, y: Float) -> Float:
        if not 0 < self.turns < 1:
            return np.full((y.shape[0], x.shape[-1]), -SOLID if self.turns >= 1 else SOLID, np.float32)
        angle = 2 * math.pi * self.turns
        across, down = x - np.float32(self.x), y - np.float32(self.y)
        before = across * np.float32(math.cos(angle)) + down * np.float32(math.sin(angle))
        return np.maximum(-across, before) if self.turns <= 0.5 else np.minimum(-across, before)


@dataclass(frozen=True, slots=True)
class Rings:
    """Bands round a centre, each half a `pitch` wide."""

    x: float
    y: float
    pitch: float

    def distance(self, x: Float, y: Float) -> Float:
        radius = np.sqrt(np.square(x - np.float32(self.x)) + np.square(y - np.float32(self.y)))
        return _bands(radius, self.pitch)


@dataclass(frozen=True, slots=True)
class Stripes:
    """Slanting bands through a point, each half a `pitch` wide."""

    x: float
    y: float
    pitch: float

    def distance(self, x: Float, y: Float) -> Float:
        slant = np.float32(math.sqrt(0.5))
        return _bands((x - np.float32(self.x) + y - np.float32(self.y)) * slant, self.pitch)


@dataclass(frozen=True, slots=True)
class Rays:
    """`count` beams from a centre, as wide as the gaps between them."""

    x: float
    y: float
    count: int

    def distance(self, x: Float, y: Float) -> Float:
        across, down = x - np.float32(self.x), y - np.float32(self.y)
        radius = np.sqrt(np.square(across) + np.square(down))
        turn = np.arctan2(down, across) * np.float32(self.count / (2 * math.pi))
        # From the beam's middle, as an angle; at a distance an angle is an arc's length.
        off = np.abs(turn - np.rint(turn)) - np.float32(0.25)
        return off * (radius * np.float32(2 * math.pi / self.count))


@dataclass(frozen=True, slots=True)
class Dots:
    """Discs on a square lattice."""

    x: float
    y: float
    pitch: float
    radius: float

    def distance(self, x: Float, y: Float) -> Float:
        across, down = _nearest(x - np.float32(self.x), self.pitch), _nearest(y - np.float32(self.y), self.pitch)
        return np.sqrt(np.square(across) + np.square(down)) - np.float32(self.radius)


@dataclass(frozen=True, slots=True)
class Hills:
    """What lies under a rolling line; `pitch` pixels from hill to hill."""

    x: float
    y: float
    pitch: float

    def distance(self, x: Float, y: Float) -> Float:
        angle = (x - np.float32(self.x)) * np.float32(2 * math.pi / self.pitch)
        height = np.float32(self.pitch * 0.1)
        line = np.float32(self.y) + height * (np.sin(angle) + np.float32(0.35) * np.sin(2 * angle + 1))
        steep = (
            height * np.float32(2 * math.pi / self.pitch) * (np.cos(angle) + np.float32(0.7) * np.cos(2 * angle + 1))
        )
        return np.divide(line - y, np.sqrt(1 + np.square(steep)), dtype=np.float32)


def _nearest(along: Float, pitch: float) -> Float:
    return along - np.rint(along / np.float32(pitch)) * np.float32(pitch)


def _bands(along: Float, pitch: float) -> Float:
    return np.abs(_nearest(along, pitch)) - np.float32(pitch / 4)
