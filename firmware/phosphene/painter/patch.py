# SPDX-License-Identifier: Apache-2.0
"""What the reader looks at: a glyph's box brought to 16 x 32 and cut into eight blocks of 8 x 8."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.panel import CELL

Float = NDArray[np.float32]
WIDTH: Final = 2 * CELL
HEIGHT: Final = 4 * CELL
BLOCKS: Final = WIDTH * HEIGHT // (CELL * CELL)
# Coverage outside this range says no more than its ends.
LOW: Final = -0.5
HIGH: Final = 1.5


def to_patches(pictures: Float, size: int) -> Float:
    """Return boxes of glyphs, float32 [n, 16·size, 8·size], as patches [n, 32, 16]: box averages, or pixels doubled."""
    count = len(pictures)
    if size == 1:
        return pictures.repeat(2, axis=1).repeat(2, axis=2)
    if size % 2 == 0:
        step = size // 2
        if step == 1:
            return pictures
        averages: Float = pictures.reshape(count, HEIGHT, step, WIDTH, step).mean(axis=(2, 4), dtype=np.float32)
        return averages
    down, across = _shares(HEIGHT, 2 * CELL * size), _shares(WIDTH, CELL * size)
    resampled: Float = np.matmul(np.matmul(down, pictures), across.T)
    return resampled


def to_blocks(patches: Float) -> Float:
    """Return patches [n, 32, 16] as the network takes them: [n, 8, 64], clipped to LOW and HIGH."""
    count = len(patches)
    cells = patches.reshape(count, HEIGHT // CELL, CELL, WIDTH // CELL, CELL).transpose(0, 1, 3, 2, 4)
    return cells.reshape(count, BLOCKS, CELL * CELL).clip(LOW, HIGH)


def _shares(to: int, of: int) -> Float:
    """Which share of each of `of` pixels falls into each of `to` pixels of the same length, [to, of]."""
    edges = np.arange(to + 1) * (of / to)
    left, right = np.arange(of), np.arange(of) + 1
    overlap = np.minimum(edges[1:, None], right) - np.maximum(edges[:-1, None], left)
    return (overlap.clip(0) * (to / of)).astype(np.float32)
