# SPDX-License-Identifier: Apache-2.0
"""Looks for faces twice: where there may be some in the whole picture, and then at each of these places from near.

The second look confirms or refuses what the first only suspects, so that the first may be easy to please; and it
places the eyes of a small face to a fraction of the pixels that the whole picture leaves them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from phosphene.perception.vision.detection import Detection
from phosphene.perception.vision.face_detector import FaceDetector
from phosphene.perception.vision.picture import Picture
from phosphene.perception.vision.view import Points, Square

# A suspicion, a face, and a face that was followed to here.
SUSPECTED, CONFIRMED, FOLLOWED = 0.25, 0.5, 0.4
MOST: Final = 3
"""Places that are looked at from near in one picture of many."""

# The view from near is so many times as wide as the face's box.
_AROUND: Final = 3.0


@dataclass(frozen=True, slots=True)
class Found:
    """A face in pixels of the picture: `centre` and `extent` are [2], `points` [6, 2] in the detector's order."""

    score: float
    centre: Points
    extent: Points
    points: Points


def find(detector: FaceDetector, picture: Picture, view: Square, most: int = MOST) -> list[Found]:
    """Return the faces in `view` of a picture, best first; at most at the `most` likeliest places."""
    found: list[Found] = []
    for suspected in detector.find(picture.cut(view, detector.size), SUSPECTED)[:most]:
        place = _placed(suspected, view)
        if not any(_same_place(place, other) for other in found):
            seen = near(detector, picture, place.centre, place.extent, CONFIRMED)
            if seen is not None and not any(_same_place(seen, other) for other in found):
                found.append(seen)
    return found


def near(detector: FaceDetector, picture: Picture, centre: Points, extent: Points, least: float) -> Found | None:
    """Return the face at `centre` as it's seen from near, or None when there is none of at least this score."""
    view = Square(float(centre[0]), float(centre[1]), _AROUND * float(extent.max()))
    for detection in detector.find(picture.cut(view, detector.size), least):
        if float(np.abs(detection.centre - 0.5).max()) < 0.5 / _AROUND:
            return _placed(detection, view)
    return None


def _placed(detection: Detection, view: Square) -> Found:
    return Found(
        detection.score,
        view.to_picture(detection.centre[None])[0],
        (detection.extent * np.float32(view.side)).astype(np.float32),
        view.to_picture(detection.points),
    )


def _same_place(one: Found, other: Found) -> bool:
    return float(np.abs(one.centre - other.centre).max()) < 0.5 * float(min(one.extent.max(), other.extent.max()))
