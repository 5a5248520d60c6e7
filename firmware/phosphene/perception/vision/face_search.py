# SPDX-License-Identifier: Apache-2.0
"""Looks for faces twice: where there may be some in the whole picture, and then at each of these places from near.

The second look confirms or refuses what the first only suspects, so that the first may be easy to please; and it
places the eyes of a small face to a fraction of the pixels that the whole picture leaves them. Where it is unsure a
third look, from between the two, is heard as well, and the three vote.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from phosphene.perception.vision.detection import Detection
from phosphene.perception.vision.face_detector import FaceDetector
from phosphene.perception.vision.view import Pixels, Points, Square, cut

# A suspicion, a face, and a face that was followed to here.
SUSPECTED, CONFIRMED, FOLLOWED = 0.2, 0.5, 0.4
# The second look is unsure from here to CONFIRMED; then the mean of three has to reach VOTED. Chosen on photographs of
# a person whom no figure is measured on, turned, blurred and dimmed.
UNSURE, VOTED = 0.2, 0.35
MOST: Final = 3
"""Places that are looked at from near in one picture of many."""

# The views of the second and the third look are so many times as wide as the face's box.
_AROUND, _FURTHER = 3.0, 4.2
# What a look is taken to have said that found nothing.
_NOTHING: Final = 0.03


@dataclass(frozen=True, slots=True)
class Found:
    """A face in pixels of the picture: `centre` and `extent` are [2], `points` [6, 2] in the detector's order."""

    score: float
    centre: Points
    extent: Points
    points: Points


def find(detector: FaceDetector, pixels: Pixels, view: Square, most: int = MOST) -> list[Found]:
    """Return the faces in `view` of a picture, best first; at most at the `most` likeliest places."""
    found: list[Found] = []
    for suspected in detector.find(cut(pixels, view, detector.size), SUSPECTED)[:most]:
        place = _placed(suspected, view)
        if not any(_same_place(place, other) for other in found):
            seen = _confirmed(detector, pixels, place)
            if seen is not None and not any(_same_place(seen, other) for other in found):
                found.append(seen)
    return found


def near(
    detector: FaceDetector, pixels: Pixels, centre: Points, extent: Points, least: float, around: float = _AROUND
) -> Found | None:
    """Return the face at `centre` as it's seen from near, or None when there is none of at least this score."""
    view = Square(float(centre[0]), float(centre[1]), around * float(extent.max()))
    for detection in detector.find(cut(pixels, view, detector.size), least):
        if float(np.abs(detection.centre - 0.5).max()) < 0.5 / around:
            return _placed(detection, view)
    return None


def _confirmed(detector: FaceDetector, pixels: Pixels, place: Found) -> Found | None:
    seen = near(detector, pixels, place.centre, place.extent, UNSURE)
    if seen is None or seen.score >= CONFIRMED:
        return seen
    third = near(detector, pixels, place.centre, place.extent, _NOTHING, _FURTHER)
    likely = np.clip([place.score, seen.score, third.score if third else 0.0], _NOTHING, 1 - _NOTHING)
    vote = float(1 / (1 + np.exp(-np.log(likely / (1 - likely)).mean())))
    return replace(seen, score=vote) if vote >= VOTED else None


def _placed(detection: Detection, view: Square) -> Found:
    return Found(
        detection.score,
        view.to_picture(detection.centre[None])[0],
        (detection.extent * np.float32(view.side)).astype(np.float32),
        view.to_picture(detection.points),
    )


def _same_place(one: Found, other: Found) -> bool:
    return float(np.abs(one.centre - other.centre).max()) < 0.5 * float(min(one.extent.max(), other.extent.max()))
