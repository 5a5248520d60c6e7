# SPDX-License-Identifier: Apache-2.0
"""How far a shape's distance strays between the nine points of a cell, near its edge."""

from __future__ import annotations

import numpy as np

from phosphene.painter.cells import STEPS, edge
from phosphene.painter.placement import Box
from phosphene.painter.shapes import Shape


def _parabola(at: float) -> np.ndarray:
    t = at / 4
    return np.array([(t - 1) * (t - 2) / 2, t * (2 - t), t * (t - 1) / 2])


def worst_between(shape: Shape, box: Box) -> float:
    """Return the largest error in pixels, of all pixels within one pixel of the edge in cells that the edge cuts."""
    seen = edge(shape, box)
    rows, columns = np.nonzero(seen.cut)
    near = seen.near(rows, columns).astype(np.float64) / STEPS
    one = np.stack([_parabola(pixel + 0.5) for pixel in range(8)])
    guessed = np.einsum("nij,yi,xj->nyx", near.reshape(-1, 3, 3), one, one)
    x = np.arange(box.w * 8, dtype=np.float32) + np.float32(box.x * 8 + 0.5)
    y = np.arange(box.h * 8, dtype=np.float32) + np.float32(box.y * 8 + 0.5)
    exact = shape.distance(x[None], y[:, None])
    exact = exact.reshape(box.h, 8, box.w, 8).transpose(0, 2, 1, 3)[rows, columns]
    close = np.abs(exact) < 1
    assert close.any()
    return float(np.abs(guessed - exact)[close].max())
