# SPDX-License-Identifier: Apache-2.0
"""What perception says: the words that were heard and the people who are seen, with when and how sure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
"""x and y in a picture, each 0 … 1: left to right, top to bottom."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the vocabulary that was heard, or seems to be.

    Times are on the host's monotonic clock. `confidence` is calibrated: of the words said with 0.9, nine in ten are
    right. A word is provisional first (`committed` false): shown at once, changed or taken back while more is heard
    ("twenty" may become "twenty-five"). Its `number` stays the same meanwhile. A committed word never changes.
    `others` are the next likely words, most likely first.
    """

    number: int
    text: str
    start_s: float
    end_s: float
    confidence: float
    committed: bool
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What one hop of sound said.

    `time_s` is that of its last sample; `level_db` its loudness in dB of full scale, -96 … 0; `speech` how sure it is
    that somebody speaks, 0 … 1. `words` are those that are new or changed with this hop. `withdrawn` are numbers of
    provisional words that turned out to be none. `ended` is true on the hop at which an utterance ended.
    """

    time_s: float
    level_db: float
    speech: float
    words: tuple[Word, ...] = ()
    withdrawn: tuple[int, ...] = ()
    ended: bool = False


class Gesture(StrEnum):
    """What a hand says. A hand that says nothing has the gesture None."""

    OPEN_PALM = "open palm"
    FIST = "fist"
    POINT = "point"
    THUMB_UP = "thumb up"
    THUMB_DOWN = "thumb down"
    VICTORY = "victory"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Face:
    """A face. `box` is left, top, width, height, 0 … 1 of the picture; `eyes` those of the picture's left and right.

    `distance_cm` follows from the distance of the eyes and the camera's focal length. `looking` is how sure it is that
    the person looks at the device, 0 … 1. `track` stays the same while the face is followed.
    """

    track: int
    box: tuple[float, float, float, float]
    score: float
    eyes: tuple[Point, Point]
    distance_cm: float
    looking: float


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand. `landmarks` is float32 [21, 3] in MediaPipe's order: x and y 0 … 1 of the picture, z from the wrist on,
    in units of x. `right` is how sure it is that it's a right hand. `direction` is where a pointing finger points, as
    a unit vector in the picture (x right, y down), for the gesture POINT only.
    """

    track: int
    landmarks: NDArray[np.float32]
    score: float
    right: float
    gesture: Gesture | None
    confidence: float
    direction: Point | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What one picture said. `light` is 0 dark … 1 bright surroundings, `motion` the share of it that moved, 0 … 1."""

    time_s: float
    faces: tuple[Face, ...]
    hands: tuple[Hand, ...]
    light: float
    motion: float

    @property
    def nearest(self) -> Face | None:
        """The face that is nearest, which is taken for the user's."""
        return min(self.faces, key=lambda face: face.distance_cm, default=None)
