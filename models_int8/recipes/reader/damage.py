# SPDX-License-Identifier: Apache-2.0
"""What may befall a glyph: what a reader must read through, and what it must call damage; coverage [n, 32, 16]."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Random = np.random.Generator
# A change that moves no pixel by this much, or too few of them, isn't seen as damage.
_VISIBLE: Final = 0.45
_VISIBLE_PIXELS: Final = 6


def worn(patches: Float, rng: Random) -> Float:
    """Return the patches as a good renderer paints them: a little soft, noisy, off in level, on a sloping ground."""
    count = (len(patches), 1, 1)

    def drawn(spread: float) -> Float:
        return rng.standard_normal(count, dtype=np.float32) * np.float32(spread)

    soft = _softened(patches, rng.random(count, dtype=np.float32) * 0.55 * (rng.random(count) < 0.6).astype(np.float32))
    # Ink and ground of strong hues make luminance bend between them.
    bend = drawn(0.18).clip(-0.4, 0.4)
    shaped = soft + bend * soft * (1 - soft)
    down = np.linspace(-1, 1, 32, dtype=np.float32)[None, :, None]
    across = np.linspace(-1, 1, 16, dtype=np.float32)[None, None, :]
    slope = (drawn(0.035) * down + drawn(0.035) * across) * (1 - shaped)
    sigma = np.abs(drawn(0.04))
    fine = rng.standard_normal(patches.shape, dtype=np.float32) * sigma
    # Codecs and quantised networks err in blocks, not pixel by pixel.
    coarse = rng.standard_normal((len(patches), 8, 4), dtype=np.float32) * (0.6 * sigma)
    level = (1 + drawn(0.05)) * shaped + drawn(0.025) + slope + fine + coarse.repeat(4, axis=1).repeat(4, axis=2)
    steps = np.float32([16, 32, 64, 256])[rng.integers(0, 4, count)]
    return np.rint(level * steps) / steps


def damaged(patches: Float, others: Float, rng: Random) -> tuple[Float, NDArray[np.bool_]]:
    """Return the patches damaged, each in one way, and which of them show it."""
    broken = patches.copy()
    stroked = rng.random(len(patches)) < 0.35
    broken[stroked] = _strokes(patches[stroked], rng)
    for index in np.flatnonzero(~stroked):
        broken[index] = _KINDS[int(rng.integers(len(_KINDS)))](patches[index], others[index], rng)
    seen = (np.abs(broken - patches) > _VISIBLE).sum(axis=(1, 2)) >= _VISIBLE_PIXELS
    return broken, seen


def _softened(patches: Float, amount: Float) -> Float:
    padded = np.pad(patches, ((0, 0), (1, 1), (1, 1)))
    down = padded[:, :-2] + padded[:, 2:]
    ring = down[:, :, 1:-1] + padded[:, 1:-1, :-2] + padded[:, 1:-1, 2:]
    return (1 - amount) * patches + amount * (ring / 4 * 0.6 + 0.4 * patches)


def _strength(rng: Random) -> float:
    return float(rng.uniform(0.6, 1.05))


def _strokes(patches: Float, rng: Random) -> Float:
    """A line in ink, or a gap as of a line in ground colour."""
    count = (len(patches), 1, 1)
    y0, x0, y1, x1 = (rng.uniform(0, size, count).astype(np.float32) for size in (32, 16, 32, 16))
    # Half of them upright or level.
    turn = rng.random(count)
    y1, x1 = np.where(turn < 0.25, y0, y1), np.where((turn >= 0.25) & (turn < 0.5), x0, x1)
    ys = np.arange(32, dtype=np.float32)[None, :, None] + 0.5
    xs = np.arange(16, dtype=np.float32)[None, None, :] + 0.5
    down, across = y1 - y0, x1 - x0
    share = ((ys - y0) * down + (xs - x0) * across) / np.maximum(down**2 + across**2, 1e-3)
    share = share.clip(0, 1)
    off = np.sqrt((ys - y0 - share * down) ** 2 + (xs - x0 - share * across) ** 2)
    lines = (rng.uniform(1.3, 2.7, count).astype(np.float32) - off).clip(0, 1)
    lines *= rng.uniform(0.6, 1.05, count).astype(np.float32)
    return np.where(rng.random(count) < 0.7, np.maximum(patches, lines), patches * (1 - lines))


def _missing(patch: Float, _: Float, rng: Random) -> Float:
    broken = patch.copy()
    top, left = rng.integers(0, 28), rng.integers(0, 13)
    broken[top : top + rng.integers(4, 20), left : left + rng.integers(3, 13)] *= 1 - _strength(rng)
    return broken


def _half(patch: Float, other: Float, rng: Random) -> Float:
    """Half of it is another glyph's."""
    broken = patch.copy()
    if rng.random() < 0.5:
        cut = rng.integers(8, 25)
        broken[cut:] = other[cut:]
    else:
        cut = rng.integers(5, 12)
        broken[:, cut:] = other[:, cut:]
    return broken


def _both(patch: Float, other: Float, rng: Random) -> Float:
    """Another glyph over it, or half of each at half strength."""
    return np.maximum(patch, other * _strength(rng)) if rng.random() < 0.5 else (patch + other) * 0.5


def _speck(patch: Float, _: Float, rng: Random) -> Float:
    broken = patch.copy()
    top, left = rng.integers(0, 30), rng.integers(0, 14)
    area = (slice(top, top + rng.integers(2, 6)), slice(left, left + rng.integers(2, 6)))
    broken[area] = _strength(rng) if broken[area].mean() < 0.5 else 1 - _strength(rng)
    return broken


def _grey(patch: Float, _: Float, rng: Random) -> Float:
    """Its ink has lost most of its contrast."""
    return patch * float(rng.uniform(0.15, 0.5))


def _moved(patch: Float, _: Float, rng: Random) -> Float:
    """It stands elsewhere in its box."""
    return np.roll(patch, (int(rng.choice([-9, -6, 6, 9])), int(rng.choice([-5, 0, 5]))), axis=(0, 1))


_KINDS: Final[tuple[Callable[[Float, Float, Random], Float], ...]] = (
    *(_missing, _missing, _half, _both, _speck, _grey, _moved),
)
