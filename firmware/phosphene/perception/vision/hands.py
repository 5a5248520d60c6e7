# SPDX-License-Identifier: Apache-2.0
"""Follows hands: while a hand's landmarks are good, the next picture's are looked for where they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.percepts import Gesture, Hand
from phosphene.perception.vision.detection import Detection
from phosphene.perception.vision.gestures import KINDS, GestureNetwork, Vote, direction
from phosphene.perception.vision.hand_landmarks import HandLandmarker, Landmarks, next_square
from phosphene.perception.vision.palm_detector import MIDDLE, WRIST, hand_square
from phosphene.perception.vision.picture import Picture
from phosphene.perception.vision.view import Square

MOST = 2
"""Hands that are followed at once."""

# Below this the network doesn't take what it sees for a hand.
_PRESENT = 0.5


@dataclass(slots=True)
class _Followed:
    number: int
    square: Square
    landmarks: Landmarks
    gesture: Gesture | None
    confidence: float
    vote: Vote = field(default_factory=Vote)


class Hands:
    """The hands that are followed."""

    def __init__(self, landmarker: HandLandmarker, gestures: GestureNetwork) -> None:
        self._landmarker = landmarker
        self._gestures = gestures
        self._followed: list[_Followed] = []
        self._numbers = 0

    def __len__(self) -> int:
        return len(self._followed)

    def follow(self, picture: Picture) -> None:
        """Place the landmarks of the followed hands anew; those that are gone are dropped."""
        kept: list[_Followed] = []
        for one in self._followed:
            landmarks = self._landmarker.place(picture, one.square)
            if landmarks.presence < _PRESENT or any(_near(landmarks, other) for other in kept):
                continue
            one.landmarks, one.square = landmarks, next_square(landmarks.points)
            one.gesture, one.confidence = one.vote.add(self._gestures.likely(landmarks.points))
            kept.append(one)
        self._followed = kept

    def meet(self, picture: Picture, palms: Sequence[Detection], view: Square) -> None:
        """Begin to follow the hands of `palms`, found in `view`, that aren't followed yet."""
        for palm in palms:
            if len(self._followed) >= MOST:
                return
            middle = view.to_picture(palm.points[[WRIST, MIDDLE]]).mean(axis=0)
            if any(_inside(middle, one) for one in self._followed):
                continue
            landmarks = self._placed(picture, hand_square(palm, view))
            if landmarks is None or any(_near(landmarks, one) for one in self._followed):
                continue
            self._numbers += 1
            new = _Followed(self._numbers, next_square(landmarks.points), landmarks, None, 0.0)
            new.gesture, new.confidence = new.vote.add(self._gestures.likely(landmarks.points))
            self._followed.append(new)

    def settle(self) -> None:
        """Say of each hand what this one picture says: for a picture that stands alone."""
        for one in self._followed:
            likely = self._gestures.likely(one.landmarks.points)
            best = int(likely.argmax())
            one.gesture, one.confidence = KINDS[best], float(likely[best])

    def percepts(self, width: int, height: int) -> tuple[Hand, ...]:
        """Return the hands in a picture of this size."""
        return tuple(_percept(one, width, height) for one in self._followed)

    def _placed(self, picture: Picture, square: Square) -> Landmarks | None:
        """Return the landmarks in a square that a palm gave, placed a second time in the square that they give."""
        landmarks = self._landmarker.place(picture, square)
        if landmarks.presence < _PRESENT:
            return None
        again = self._landmarker.place(picture, next_square(landmarks.points))
        return again if again.presence >= landmarks.presence else landmarks


def _inside(point: NDArray[np.float32], one: _Followed) -> bool:
    inside = one.square.to_square(point[None])[0]
    return bool((np.abs(inside - 0.5) < 0.4).all())


def _near(landmarks: Landmarks, one: _Followed) -> bool:
    """Whether these are the landmarks of a hand that is followed already: most points are in the same places."""
    apart = np.linalg.norm(landmarks.points[:, :2] - one.landmarks.points[:, :2], axis=1)
    return float(np.median(apart)) < 0.1 * one.square.side


def _percept(one: _Followed, width: int, height: int) -> Hand:
    points = one.landmarks.points
    scaled = points / np.array([width, height, width], np.float32)
    return Hand(
        one.number,
        scaled.astype(np.float32),
        one.landmarks.presence,
        one.landmarks.right,
        one.gesture,
        one.confidence,
        direction(points) if one.gesture is Gesture.POINT else None,
    )
