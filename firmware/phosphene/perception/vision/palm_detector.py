# SPDX-License-Identifier: Apache-2.0
"""Finds palms, and the turned square around the hand that each belongs to: MediaPipe's lite palm detector."""

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin
from typing import Final

import numpy as np

from phosphene.accelerators import Graph
from phosphene.perception.vision.detection import Detection, anchors, decode
from phosphene.perception.vision.network import PictureNetwork
from phosphene.perception.vision.view import Pixels, Square

LEAST: Final = 0.5
WRIST, MIDDLE = 0, 2
# Cells a side, and anchors a cell.
_GRIDS: Final = ((24, 2), (12, 6))
_NUMBERS: Final = 18
# A hand is so much larger than its palm, and reaches so much of the palm's box towards the fingers.
_LARGER, _TOWARDS = 2.6, 0.5


class PalmDetector:
    """Finds palms in a square view. Raises ModelError for a graph of another make."""

    def __init__(self, graph: Graph, least: float = LEAST) -> None:
        self._network = PictureNetwork(graph, ("scores_24", "scores_12", "boxes_24", "boxes_12"))
        self._anchors = anchors(_GRIDS)
        self._least = least

    @property
    def size(self) -> int:
        """The side of the view in pixels."""
        return self._network.size

    def find(self, view: Pixels) -> list[Detection]:
        """Return the palms in `view`, uint8 [size, size, 3], best first."""
        outputs = self._network.run(view)
        scores = np.concatenate([part.reshape(-1) for part in outputs[:2]])
        boxes = np.concatenate([part.reshape(-1, _NUMBERS) for part in outputs[2:]])
        return decode(scores, boxes, self._anchors, self.size, self._least)


def hand_square(palm: Detection, view: Square) -> Square:
    """Return the square around the hand of a `palm` found in `view`, turned so that its fingers point up."""
    wrist, middle = view.to_picture(palm.points[[WRIST, MIDDLE]])
    angle = upright(float(middle[0] - wrist[0]), float(middle[1] - wrist[1]))
    x, y = view.to_picture(palm.centre[None])[0]
    side = float(palm.extent.max()) * view.side
    return moved(float(x), float(y), side, angle, _TOWARDS, _LARGER)


def upright(x: float, y: float) -> float:
    """Return by how much a square is turned in which the direction (x, y) points up, -π … π."""
    if hypot(x, y) < 1e-6:
        return 0.0
    angle = atan2(y, x) + pi / 2
    return angle - 2 * pi if angle > pi else angle


def moved(x: float, y: float, side: float, angle: float, towards: float, larger: float) -> Square:
    """Return a square moved by `towards` of its side to where its own top is, and `larger` times as large."""
    return Square(x + sin(angle) * towards * side, y - cos(angle) * towards * side, side * larger, angle)
