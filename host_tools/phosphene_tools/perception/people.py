# SPDX-License-Identifier: Apache-2.0
"""The photographs of hands in a folder of recordings: who is on them, what they show, and who is kept for testing."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from phosphene.errors import PhospheneError
from phosphene.perception.percepts import Gesture

# Of five participants one is kept for testing: the networks' recipes and the report agree on whom by this.
_KEPT: Final = 5
SIGNS: Final[dict[str, Gesture | None]] = {
    "0": None,
    "1": Gesture.POINT,
    "2": Gesture.VICTORY,
    "3": None,
    "4": None,
    "5": Gesture.OPEN_PALM,
    "6": None,
    "7": None,
    "8": None,
    "9": Gesture.OK,
}
"""What the signs of digits are among our gestures, by how the photographs look.

0 is an open O, 3 has thumb, index and middle finger up, 4 hides the thumb; in 6 to 8 it touches the little, ring and
middle finger. None of these is a gesture of ours, so the right answer is none.
"""


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph of one hand; `gesture` is None where the hand shows none of ours."""

    path: Path
    participant: str
    sign: str
    gesture: Gesture | None

    def pixels(self) -> NDArray[np.uint8]:
        """Return the picture, uint8 [height, width, 3]; raises PhospheneError when it can't be read."""
        return picture(self.path)


def picture(path: Path) -> NDArray[np.uint8]:
    """Return the picture in a file, uint8 [height, width, 3]; raises PhospheneError when it can't be read."""
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError) as error:
        raise PhospheneError(
            f"the picture can't be read: {error}", place=str(path), cure="remove it, or get it again"
        ) from error


def photographs(data: Path) -> list[Photograph]:
    """Return the signs of digits in `data`/sign-digits, with the participants that its index.csv names.

    Raises PhospheneError.
    """
    index = data / "sign-digits" / "index.csv"
    try:
        with index.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return [Photograph(data / row["path"], row["participant"], row["digit"], SIGNS[row["digit"]]) for row in rows]
    except (OSError, KeyError) as error:
        raise PhospheneError(
            f"the list of photographs can't be read: {error}",
            place=str(index),
            cure="it has the columns path, digit, participant; docs/seeing.md says where the set is from",
        ) from error


def kept_for_testing(participant: str) -> bool:
    """Say whether no training and no calibration may see this participant."""
    return int(hashlib.sha1(participant.encode(), usedforsecurity=False).hexdigest(), 16) % _KEPT == 0
