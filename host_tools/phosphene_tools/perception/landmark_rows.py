# SPDX-License-Identifier: Apache-2.0
"""The recorded landmarks in a folder of recordings, and their folds: a row's judge must not have learnt near it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import PhospheneError
from phosphene.perception.percepts import Gesture

FILE: Final = "hand-landmarks/keypoint.csv"
LABELS: Final = (Gesture.OPEN_PALM, Gesture.FIST, Gesture.POINT)
"""What the labels 0, 1 and 2 of the set are among our gestures: Open, Close, Pointer."""

FOLDS: Final = 10
"""Networks that measure the rows; each learns from nine tenths of them."""

# Rows follow one another in time and resemble their neighbours, so whole blocks are kept back, two of each label in a
# fold, and the rows beside a block are used for nothing.
_BLOCKS: Final = 20
_APART: Final = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One recorded hand: landmarks float32 [21, 2] from the wrist on, what it shows, and its place among the `of`
    rows of that label.
    """

    points: NDArray[np.float32]
    gesture: Gesture
    place: int
    of: int

    @property
    def block(self) -> int:
        """Which twentieth of its label's rows it's in, 0 to 19."""
        return self.place * _BLOCKS // self.of

    @property
    def fold(self) -> int:
        """The fold whose network learns nothing from this row or from its neighbours."""
        return self.block % FOLDS

    def taught(self, fold: int) -> bool:
        """Whether the network of `fold` may learn from it: neither it nor a row beside it is in one of its blocks."""
        near = range(max(self.place - _APART, 0), min(self.place + _APART + 1, self.of))
        return all(place * _BLOCKS // self.of % FOLDS != fold for place in near)


def rows(data: Path) -> list[Row]:
    """Return the rows of `data`/hand-landmarks/keypoint.csv in their order; raises PhospheneError."""
    path = data / FILE
    try:
        with path.open(encoding="utf-8", newline="") as file:
            table = [[float(value) for value in row] for row in csv.reader(file) if row]
        own = [[row for row in table if row[0] == label] for label in range(len(LABELS))]
        if not table or sum(map(len, own)) != len(table):
            raise ValueError("its first column holds 0, 1 and 2 only")
        return [
            _row(row, gesture, place, len(of))
            for gesture, of in zip(LABELS, own, strict=True)
            for place, row in enumerate(of)
        ]
    except (OSError, ValueError) as error:
        raise PhospheneError(
            f"the recorded landmarks can't be read: {error}",
            place=str(path),
            cure="each row is a label and 21 pairs x, y; docs/seeing.md says where the set is from",
        ) from error


def _row(values: Sequence[float], gesture: Gesture, place: int, of: int) -> Row:
    return Row(np.array(values[1:], np.float32).reshape(21, 2), gesture, place, of)
