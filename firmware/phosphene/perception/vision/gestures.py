# SPDX-License-Identifier: Apache-2.0
"""What a hand says, from its landmarks: a small network over shape and direction, and a vote over the last pictures."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Graph, ModelError
from phosphene.perception.percepts import Gesture, Point

Float = NDArray[np.float32]

KINDS: Final[tuple[Gesture | None, ...]] = (*Gesture, None)
"""What the network tells apart, in the order of its outputs; the last is none of our gestures."""

_WRIST, _THUMB, _THUMB_TIP, _INDEX, _INDEX_TIP, _MIDDLE, _LITTLE = 0, 2, 4, 5, 8, 9, 17
_FINGERS: Final = np.array([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16], [17, 18, 19, 20]])
_TIPS: Final = (8, 12, 16, 20)
FEATURES: Final = 42 + 6 + 15 + 8
# Of the vote: how much a new picture counts, and when a gesture begins and ends.
_NEW, _BEGIN, _END = 0.45, 0.7, 0.4


def features(points: NDArray[np.floating]) -> Float:
    """Return what the network reads, float32 [71], from landmarks [21, 2 or 3] with x and y in the same unit.

    The hand's shape, turned upright and mirrored so that its index finger is left of its little one; the directions of
    hand, thumb and index finger as they are; the bends of the fingers; and how far the fingertips are from the thumb's
    and from the wrist. Nothing depends on the hand's size, or on where it is.
    """
    flat = np.asarray(points, np.float64)[:, :2]
    flat = flat - flat[_WRIST]
    flat = flat / max(float(np.linalg.norm(flat, axis=1).max()), 1e-9)
    axis = _unit(flat[_MIDDLE])
    across = np.array([-axis[1], axis[0]])
    shape = np.stack([flat @ across, flat @ axis], axis=1)
    if shape[_INDEX, 0] > shape[_LITTLE, 0]:
        shape[:, 0] = -shape[:, 0]
    directions = [axis, _unit(flat[_THUMB_TIP] - flat[_THUMB]), _unit(flat[_INDEX_TIP] - flat[_INDEX])]
    bends: list[float] = []
    for chain in _FINGERS:
        bones = [_unit(step) for step in np.diff(flat[[_WRIST, *chain]], axis=0)]
        bends += [float(one @ other) for one, other in pairwise(bones)]
    near = [float(np.linalg.norm(flat[tip] - flat[_THUMB_TIP])) for tip in _TIPS]
    far = [float(np.linalg.norm(flat[tip])) for tip in _TIPS]
    return np.concatenate([shape.ravel(), np.ravel(directions), bends, near, far]).astype(np.float32)


def direction(points: NDArray[np.floating]) -> Point:
    """Return where the index finger points, as a unit vector in the picture."""
    x, y = _unit(np.asarray(points, np.float64)[_INDEX_TIP, :2] - np.asarray(points, np.float64)[_INDEX, :2])
    return float(x), float(y)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


class GestureNetwork:
    """Tells gestures apart. Raises ModelError for a graph of another make."""

    def __init__(self, graph: Graph) -> None:
        wanted = ((1, FEATURES), (1, len(KINDS)))
        if (graph.inputs[0].shape, graph.outputs[0].shape) != wanted:
            raise ModelError(
                f"the graph takes {list(graph.inputs[0].shape)} and gives {list(graph.outputs[0].shape)}",
                place=str(graph.describe().file),
                cure="install phosphene again",
            )
        self._graph = graph

    def likely(self, points: NDArray[np.floating]) -> Float:
        """Return how likely each of KINDS is, float32 [8] that adds up to 1."""
        (logits,) = self._graph.run(self._graph.inputs[0].quantise(features(points)[None]))
        scores = np.exp(self._graph.outputs[0].dequantise(logits)[0].astype(np.float64))
        return (scores / scores.sum()).astype(np.float32)


class Vote:
    """Smooths one hand's gesture over time: it begins when it is sure, and ends when it is hardly there any more."""

    def __init__(self) -> None:
        # From nothing: a single picture is not enough to begin.
        self._mean: Float = np.eye(len(KINDS), dtype=np.float32)[-1]
        self._said = len(KINDS) - 1

    def add(self, likely: Float) -> tuple[Gesture | None, float]:
        """Take what one picture says, and return the gesture with its confidence, 0 … 1."""
        self._mean = (self._mean + _NEW * (likely - self._mean)).astype(np.float32)
        best = int(self._mean.argmax())
        if best != self._said and (self._mean[best] >= _BEGIN or self._mean[self._said] < _END):
            self._said = best if self._mean[best] >= _BEGIN else len(KINDS) - 1
        return KINDS[self._said], float(self._mean[self._said])
