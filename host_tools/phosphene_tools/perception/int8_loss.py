# SPDX-License-Identifier: Apache-2.0
"""What int8 costs seeing: the share that float networks get right of the same hands and faces, less ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from phosphene.models import model_file
from phosphene.perception.vision.face_detector import FaceDetector
from phosphene.perception.vision.gestures import GestureNetwork
from phosphene.perception.vision.hand_landmarks import HandLandmarker
from phosphene.perception.vision.palm_detector import PalmDetector
from phosphene.perception.vision.seeing import Networks, Seeing
from phosphene_tools.models.float_twin import load_twin
from phosphene_tools.perception import faces_report, hands_report, teachers


def exact() -> Seeing:
    """Return seeing with networks in float: faces, palms and landmarks as they were published, and of gestures the
    twin of the shipped graph, whose weights are the int8 ones.
    """
    return Seeing(
        Networks(
            FaceDetector(teachers.face()),
            PalmDetector(teachers.palm()),
            HandLandmarker(teachers.hand()),
            GestureNetwork(load_twin(model_file("gesture", "gesture.tflite"))),
        )
    )


def of_landmarks(data: Path, int8: dict[str, Any]) -> dict[str, Any]:
    """Return what int8 costs the figure `int8` of recorded landmarks."""
    return _loss(hands_report.landmarks(data, load_twin)["value"], int8)


def of_pixels(data: Path, int8: dict[str, Any]) -> dict[str, Any]:
    """Return what int8 costs the figure `int8` of photographs that show a gesture of ours, and of all of them."""
    real = hands_report.pixels(exact(), data)
    return _loss(real["value"], int8) | {"all": _loss(real["all"]["value"], int8["all"])}


def of_faces(int8: dict[str, Any]) -> dict[str, Any]:
    """Return what int8 costs the recall `int8` of made faces, on the same pictures."""
    return _loss(faces_report.recall(exact(), int8["n"]), int8)


def _loss(real: float, int8: dict[str, Any]) -> dict[str, Any]:
    points = 100 * (real - int8["value"])
    return {"float": round(real, 4), "int8": int8["value"], "points_lost": round(points, 2), "n": int8["n"]}
