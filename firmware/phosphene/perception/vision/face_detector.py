# SPDX-License-Identifier: Apache-2.0
"""Finds faces: MediaPipe's full-range detector, whose points are eyes, nose, mouth and ears."""

from __future__ import annotations

from typing import Final

from phosphene.accelerators import Graph
from phosphene.perception.vision.detection import Detection, anchors, decode
from phosphene.perception.vision.network import PictureNetwork
from phosphene.perception.vision.view import Pixels

RIGHT_EYE, LEFT_EYE, NOSE, MOUTH, RIGHT_EAR, LEFT_EAR = range(6)
"""The points of a detection, by the person's own right and left."""

_CELLS: Final = 48


class FaceDetector:
    """Finds faces in a square view. Raises ModelError for a graph of another make."""

    def __init__(self, graph: Graph) -> None:
        self._network = PictureNetwork(graph, ("scores", "boxes"), -1.0, 1.0)
        self._anchors = anchors([(_CELLS, 1)])

    @property
    def size(self) -> int:
        """The side of the view in pixels."""
        return self._network.size

    def find(self, view: Pixels, least: float) -> list[Detection]:
        """Return the faces in `view`, uint8 [size, size, 3], whose score is above `least`, best first."""
        scores, boxes = self._network.run(view)
        return decode(scores.reshape(-1), boxes.reshape(-1, 16), self._anchors, self.size, least)
