# SPDX-License-Identifier: Apache-2.0
"""Places the landmarks of the one hand on a photograph, as `Seeing.look_once` does, with networks of any make."""

from __future__ import annotations

from phosphene.perception.vision.hand_landmarks import HandLandmarker, Landmarks, next_square
from phosphene.perception.vision.palm_detector import PalmDetector, hand_square
from phosphene.perception.vision.picture import Picture
from phosphene.perception.vision.seeing import WIDER, wider_view


def placed(picture: Picture, palms: PalmDetector, landmarker: HandLandmarker) -> Landmarks | None:
    """Return the landmarks of the best palm's hand, or None when there is no hand."""
    for wider in WIDER:
        view = wider_view(picture, wider)
        for palm in palms.find(picture.cut(view, palms.size)):
            first = landmarker.place(picture, hand_square(palm, view))
            if first.presence >= 0.5:
                again = landmarker.place(picture, next_square(first.points))
                return again if again.presence >= first.presence else first
    return None
