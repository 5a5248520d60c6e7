# SPDX-License-Identifier: Apache-2.0
"""Places the 21 points of a hand in its square, and finds the square for the next picture from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Graph
from phosphene.perception.vision.network import PictureNetwork
from phosphene.perception.vision.palm_detector import moved, upright
from phosphene.perception.vision.picture import Picture
from phosphene.perception.vision.view import Square

# What the palm's place follows from, and what of the fingers bounds the hand: tips move too much.
_WRIST, _INDEX, _MIDDLE, _RING = 0, 5, 9, 13
_STEADY: Final = (0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18)
_LARGER, _TOWARDS = 2.0, 0.1


@dataclass(frozen=True, slots=True)
class Landmarks:
    """`points` is float32 [21, 3] in pixels of the picture, z from the wrist on; `presence` says that it's a hand,
    `right` that it's a right one, both 0 … 1.
    """

    points: NDArray[np.float32]
    presence: float
    right: float


class HandLandmarker:
    """Places landmarks. Raises ModelError for a graph of another make."""

    def __init__(self, graph: Graph) -> None:
        self._network = PictureNetwork(graph, ("points", "presence", "right"))

    @property
    def size(self) -> int:
        """The side of the view in pixels."""
        return self._network.size

    def place(self, picture: Picture, square: Square) -> Landmarks:
        """Return the landmarks of the hand in `square` of a picture."""
        points, presence, right = self._network.run(picture.cut(square, self.size))
        local = points.reshape(21, 3) / np.float32(self.size)
        placed = np.concatenate([square.to_picture(local[:, :2]), local[:, 2:] * np.float32(square.side)], axis=1)
        return Landmarks(placed, float(presence.item()), float(right.item()))


def next_square(points: NDArray[np.float32]) -> Square:
    """Return the square in which to look for the hand in the next picture, from its `points` [21, 3] in this one."""
    flat = points[:, :2]
    knuckles = (flat[_INDEX] + flat[_RING]) / 2
    towards = (knuckles + flat[_MIDDLE]) / 2 - flat[_WRIST]
    angle = upright(float(towards[0]), float(towards[1]))
    # The bounding box along the hand's own axes.
    turned = Square(0, 0, 1, angle).to_square(flat[list(_STEADY)])
    low, high = turned.min(axis=0), turned.max(axis=0)
    x, y = Square(0, 0, 1, angle).to_picture((low + high)[None] / 2)[0]
    return moved(float(x), float(y), float((high - low).max()), angle, _TOWARDS, _LARGER)
