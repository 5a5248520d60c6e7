# SPDX-License-Identifier: Apache-2.0
"""Follows faces from one look of the detector to the next: the same number for the same face, distance smoothed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from phosphene.perception.percepts import Face
from phosphene.perception.vision import face_search, head
from phosphene.perception.vision.face_detector import LEFT_EYE, RIGHT_EYE, FaceDetector
from phosphene.perception.vision.face_search import Found
from phosphene.perception.vision.picture import Picture
from phosphene.perception.vision.view import Points

# A face that so many looks of the detector in a row missed is gone; one is missed now and then.
_FORGIVEN = 2
# How much a new look counts for distance and attention.
_NEW = 0.5
# A face is the same when its centre moved by less than this share of its width.
_NEAR = 0.6


@dataclass(slots=True)
class _Followed:
    number: int
    centre: Points
    extent: Points
    points: Points
    score: float
    distance_cm: float
    looking: float
    missed: int = field(default=0)


class Faces:
    """The faces that are followed. Positions are in pixels of the picture."""

    def __init__(self) -> None:
        self._followed: list[_Followed] = []
        self._numbers = 0
        self._percepts: tuple[Face, ...] | None = None

    def __len__(self) -> int:
        return len(self._followed)

    def follow(self, detector: FaceDetector, picture: Picture, focal_px: float) -> None:
        """Look for each face where it was; one that is gone is remembered for a few looks."""
        self.update(
            [
                found
                for one in self._followed
                if (found := face_search.near(detector, picture, one.centre, one.extent, face_search.FOLLOWED))
            ],
            focal_px,
        )

    def update(self, found: Sequence[Found], focal_px: float) -> None:
        """Take all faces that were found in a picture."""
        left = list(self._followed)
        now: list[_Followed] = []
        for one_found in found:
            fresh = _measured(one_found, focal_px)
            before = next((one for one in left if _same(one, fresh)), None)
            if before is None:
                self._numbers += 1
                fresh.number = self._numbers
            else:
                left.remove(before)
                fresh.number = before.number
                fresh.distance_cm = before.distance_cm + _NEW * (fresh.distance_cm - before.distance_cm)
                fresh.looking = before.looking + _NEW * (fresh.looking - before.looking)
            now.append(fresh)
        for one in left:
            one.missed += 1
        self._followed = [*now, *(one for one in left if one.missed <= _FORGIVEN)]
        self._percepts = None

    def percepts(self, width: int, height: int) -> tuple[Face, ...]:
        """Return the faces in a picture of this size, always the same: most pictures change nothing about them."""
        if self._percepts is None:
            size = np.array([width, height], np.float32)
            self._percepts = tuple(_percept(one, size) for one in self._followed)
        return self._percepts


def _measured(found: Found, focal_px: float) -> _Followed:
    yaw, pitch = head.pose(found.points)
    return _Followed(
        0,
        found.centre,
        found.extent,
        found.points,
        found.score,
        head.distance_cm(found.points, yaw, focal_px),
        head.looking(yaw, pitch),
    )


def _same(one: _Followed, other: _Followed) -> bool:
    return float(np.abs(one.centre - other.centre).max()) < _NEAR * float(max(one.extent.max(), other.extent.max()))


def _percept(one: _Followed, size: Points) -> Face:
    low = (one.centre - one.extent / 2) / size
    high = (one.centre + one.extent / 2) / size
    left, top = np.clip(low, 0, 1)
    right, bottom = np.clip(high, 0, 1)
    eyes = np.clip(one.points[[RIGHT_EYE, LEFT_EYE]] / size, 0, 1)
    # The picture's left and right: of a head that is upside down the person's right eye is on the right.
    first, second = sorted(eyes.tolist())
    return Face(
        one.number,
        (float(left), float(top), float(right - left), float(bottom - top)),
        one.score,
        ((first[0], first[1]), (second[0], second[1])),
        one.distance_cm,
        one.looking,
    )
