# SPDX-License-Identifier: Apache-2.0
"""What the field learns from: six families of smooth fields, drawn by formula, all of one family at a time.

Coordinates run over the lattice of the layout, `x` from 0 to 4/3 and `y` from 0 to 1 between its outer edges.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.field import COLUMNS, ROWS, VIVIDNESS, Family

Float = NDArray[np.float32]

_WIDE: Final = COLUMNS / ROWS
_Y: Final = np.linspace(0.5 / ROWS, 1 - 0.5 / ROWS, ROWS, dtype=np.float32)[:, None]
_X: Final = np.linspace(0.5 / ROWS, _WIDE - 0.5 / ROWS, COLUMNS, dtype=np.float32)[None, :]
# How far the second and third colour come forward, from quiet to vivid.
_STRENGTH: Final = np.array([0.5, 0.66, 0.83, 1.0], np.float32)


def draw(generator: np.random.Generator, families: NDArray[np.int64], vividness: NDArray[np.int64]) -> Float:
    """Return one field for each entry of the two arrays: float32 [n, 15, 20, 2], both weights ≥ 0, sum ≤ 1."""
    fields = np.empty((len(families), ROWS, COLUMNS, 2), np.float32)
    for family in Family:
        chosen = np.flatnonzero(families == family)
        if len(chosen):
            fields[chosen] = _DRAWERS[family](generator, len(chosen))
    strength = _STRENGTH[vividness] * generator.uniform(0.92, 1.0, len(families)).astype(np.float32)
    return fields * strength[:, None, None, None]


def draw_any(generator: np.random.Generator, count: int) -> tuple[Float, NDArray[np.int64], NDArray[np.int64]]:
    """Return `count` fields with their families and vividness, all combinations equally likely."""
    families = generator.integers(len(Family), size=count)
    vividness = generator.integers(VIVIDNESS, size=count)
    return draw(generator, families, vividness), families, vividness


def _linear(generator: np.random.Generator, n: int) -> Float:
    """Two ramps, the second turned away from the first by at least a quarter of the circle."""
    first = _uniform(generator, n, 0, 2 * np.pi)
    second = first + _uniform(generator, n, 0.5 * np.pi, 1.5 * np.pi)
    a = _step(_along(first), _uniform(generator, n, -0.1, 0.25), _uniform(generator, n, 0.5, 0.9))
    b = _step(_along(second), _uniform(generator, n, 0.0, 0.3), _uniform(generator, n, 0.5, 0.9))
    return _pair(a, b)


def _radial(generator: np.random.Generator, n: int) -> Float:
    """A disc that fades out, and what lies beyond a wider one."""
    distance = _distance(_uniform(generator, n, 0.2, _WIDE - 0.2), _uniform(generator, n, 0.15, 0.85))
    radius = _uniform(generator, n, 0.3, 0.65)
    a = 1 - _step(distance, radius - 0.3, _uniform(generator, n, 0.4, 0.6))
    b = _step(distance, radius + _uniform(generator, n, 0.0, 0.2), _uniform(generator, n, 0.45, 0.7))
    return _pair(a, b)


def _clouds(generator: np.random.Generator, n: int) -> Float:
    """Two random fields of few waves, each shown where it is high."""
    a = _step(_waves(generator, n), _uniform(generator, n, -0.7, -0.1), _uniform(generator, n, 1.2, 1.8))
    b = _step(_waves(generator, n), _uniform(generator, n, -0.3, 0.3), _uniform(generator, n, 1.2, 1.8))
    return _pair(a, b)


def _blobs(generator: np.random.Generator, n: int) -> Float:
    """Two round lights of the second colour, and one of the third."""
    lights: list[Float] = []
    for low, high in ((0.0, 0.6), (0.7, 1.3), (0.1, 1.2)):
        distance = _distance(_uniform(generator, n, low, high), _uniform(generator, n, 0.1, 0.9))
        lights.append(np.exp(-((distance / _uniform(generator, n, 0.22, 0.36)) ** 2)))
    return _pair(1 - (1 - lights[0]) * (1 - lights[1]), lights[2])


def _glow(generator: np.random.Generator, n: int) -> Float:
    """A light near one corner, and a fainter one across the screen."""
    right, low = generator.integers(2, size=(2, n, 1, 1)).astype(np.float32)
    x, y = right * _WIDE, low * 1.0
    near = _distance(x + _uniform(generator, n, -0.12, 0.12), y + _uniform(generator, n, -0.12, 0.12))
    far = _distance(_WIDE - x + _uniform(generator, n, -0.12, 0.12), 1 - y + _uniform(generator, n, -0.12, 0.12))
    a = np.exp(-((near / _uniform(generator, n, 0.5, 0.95)) ** 2))
    b = np.exp(-((far / _uniform(generator, n, 0.35, 0.8)) ** 2)) * _uniform(generator, n, 0.5, 1.0)
    return _pair(a, b)


def _aurora(generator: np.random.Generator, n: int) -> Float:
    """Two bands that wave from side to side, the third colour under the second."""
    height = _uniform(generator, n, 0.2, 0.55) + _slow_wave(generator, n, 0.16)
    lower = height + _uniform(generator, n, 0.28, 0.42) + _slow_wave(generator, n, 0.06)
    a = np.exp(-(((_Y - height) / _uniform(generator, n, 0.17, 0.28)) ** 2))
    b = np.exp(-(((_Y - lower) / _uniform(generator, n, 0.17, 0.28)) ** 2))
    return _pair(a, b)


_DRAWERS: Final = {
    Family.LINEAR: _linear,
    Family.RADIAL: _radial,
    Family.CLOUDS: _clouds,
    Family.BLOBS: _blobs,
    Family.GLOW: _glow,
    Family.AURORA: _aurora,
}


def _pair(a: Float, b: Float) -> Float:
    """Join the two planes; where both are high, the third colour takes what the second leaves."""
    return np.stack((a, b * (1 - a)), axis=-1).astype(np.float32)


def _uniform(generator: np.random.Generator, n: int, low: float, high: float) -> Float:
    return generator.uniform(low, high, (n, 1, 1)).astype(np.float32)


def _along(angle: Float) -> Float:
    """How far each point lies along a direction, from the middle of the screen."""
    return (_X - _WIDE / 2) * np.cos(angle) + (_Y - 0.5) * np.sin(angle)


def _distance(x: Float, y: Float) -> Float:
    return np.hypot(_X - x, _Y - y)


def _step(value: Float, start: Float, width: Float) -> Float:
    """Rise from 0 to 1 between `start` and `start + width`, level at both ends (a cubic Hermite step)."""
    share = np.clip((value - start) / width, 0, 1)
    return share * share * (3 - 2 * share)


def _waves(generator: np.random.Generator, n: int) -> Float:
    """A Gaussian random field of variance 1, made of cosines of up to two half-waves across the screen."""
    total = np.zeros((n, ROWS, COLUMNS), np.float32)
    power = 0.0
    for across in range(3):
        for down in range(3):
            if 0 < across + down <= 3:
                share = 1.0 / (across * across + down * down)
                power += share * (0.5 if across else 1.0) * (0.5 if down else 1.0)
                basis = np.cos(np.pi * across * _X / _WIDE) * np.cos(np.pi * down * _Y)
                total += generator.normal(0, share**0.5, (n, 1, 1)).astype(np.float32) * basis
    return total / np.float32(power**0.5)


def _slow_wave(generator: np.random.Generator, n: int, height: float) -> Float:
    phase = _uniform(generator, n, 0, 2 * np.pi)
    return height * np.sin(_X * _uniform(generator, n, 2.5, 4.5) + phase)
