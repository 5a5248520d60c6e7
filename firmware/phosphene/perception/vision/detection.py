# SPDX-License-Identifier: Apache-2.0
"""From a detector's grids of numbers to a few boxes: anchors, thresholds, and overlapping boxes blended into one.

As the BlazeFace paper has it (Bazarevsky et al., arXiv:1907.05047): anchors are points, a box is its offset from one,
and overlapping boxes are averaged by score instead of dropped, which keeps them still from picture to picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Detection:
    """A box of a square view and points in it, 0 … 1 of the view: `centre` and `extent` are [2], `points` [n, 2]."""

    score: float
    centre: Float
    extent: Float
    points: Float


def anchors(grids: Sequence[tuple[int, int]]) -> Float:
    """Return the anchors [n, 2] of grids of `cells` by `cells`, each cell's centre `times` over, row by row."""
    parts: list[Float] = []
    for cells, times in grids:
        middle = (np.arange(cells, dtype=np.float32) + np.float32(0.5)) / np.float32(cells)
        x, y = np.meshgrid(middle, middle)
        parts.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), times, axis=0))
    return np.concatenate(parts)


def decode(scores: Float, numbers: Float, points: Float, size: int, least: float) -> list[Detection]:
    """Return the boxes above the score `least`, best first, blended where they overlap.

    `scores` [n] are logits; `numbers` [n, 4 + 2k] hold centre, extent and k points in pixels of a view of `size`, the
    centre and the points from the anchor `points` [n, 2] on.
    """
    kept = np.flatnonzero(scores > np.log(least / (1 - least)))
    if not kept.size:
        return []
    order = kept[np.argsort(-scores[kept], kind="stable")]
    likely = (1 / (1 + np.exp(-scores[order].clip(-60, 60)))).astype(np.float32)
    real = numbers[order].reshape(len(order), -1, 2) / np.float32(size)
    real[:, 0] += points[order]
    real[:, 2:] += points[order][:, None]
    return _blended(likely, real)


def _blended(scores: Float, boxes: Float, overlap: float = 0.3) -> list[Detection]:
    found: list[Detection] = []
    half = boxes[:, 1] / 2
    low, high, areas = boxes[:, 0] - half, boxes[:, 0] + half, boxes[:, 1, 0] * boxes[:, 1, 1]
    left = np.arange(len(scores))
    while left.size:
        first = left[0]
        # Intersection over union of the first box with each that is left.
        common = np.maximum(np.minimum(high[first], high[left]) - np.maximum(low[first], low[left]), 0)
        shared = common[:, 0] * common[:, 1]
        alike = shared / np.maximum(areas[first] + areas[left] - shared, np.float32(1e-9)) > overlap
        these = left[alike]
        if not these.size:
            # A box without extent overlaps nothing, not even itself.
            left = left[1:]
            continue
        weights = scores[these] / scores[these].sum()
        mean = np.tensordot(weights, boxes[these], axes=1)
        found.append(Detection(float(scores[first]), mean[0], mean[1], mean[2:]))
        left = left[~alike]
    return found
