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
    left = np.arange(len(scores))
    while left.size:
        first, area = left[0], _overlap(boxes[left[0]], boxes[left])
        alike = left[area > overlap]
        if not alike.size:
            # A box without extent overlaps nothing, not even itself.
            left = left[1:]
            continue
        weights = scores[alike] / scores[alike].sum()
        mean = np.tensordot(weights, boxes[alike], axes=1)
        found.append(Detection(float(scores[first]), mean[0], mean[1], mean[2:]))
        left = left[area <= overlap]
    return found


def _overlap(one: Float, others: Float) -> Float:
    """Return the intersection over the union of a box with each of `others`, both as centre and extent."""
    low = np.maximum(one[0] - one[1] / 2, others[:, 0] - others[:, 1] / 2)
    high = np.minimum(one[0] + one[1] / 2, others[:, 0] + others[:, 1] / 2)
    common = (high - low).clip(min=0).prod(axis=1)
    union = one[1].prod() + others[:, 1].prod(axis=1) - common
    return common / np.maximum(union, np.float32(1e-9))
