# SPDX-License-Identifier: Apache-2.0
"""The recorded landmarks in a folder of recordings, and which of them are kept for testing."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import PhospheneError
from phosphene.perception.percepts import Gesture

LABELS: Final = (Gesture.OPEN_PALM, Gesture.FIST, Gesture.POINT)
"""What the labels 0, 1 and 2 of the set are among our gestures: Open, Close, Pointer."""

# Rows follow one another in time, so blocks are kept, within each label, and what lies beside them is not used.
_KEPT: Final = ((0.10, 0.15), (0.60, 0.65))
_APART: Final = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One recorded hand: landmarks float32 [21, 2] from the wrist on, and what it shows."""

    points: NDArray[np.float32]
    gesture: Gesture


def rows(data: Path) -> tuple[list[Row], list[Row]]:
    """Return the rows of `data`/hand-landmarks/keypoint.csv to learn from and to test on; raises PhospheneError."""
    path = data / "hand-landmarks" / "keypoint.csv"
    learning: list[Row] = []
    testing: list[Row] = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            table = [[float(value) for value in row] for row in csv.reader(file) if row]
        for label, gesture in enumerate(LABELS):
            own = [row for row in table if row[0] == label]
            for place, row in enumerate(own):
                made = Row(np.array(row[1:], np.float32).reshape(21, 2), gesture)
                if any(low * len(own) <= place < high * len(own) for low, high in _KEPT):
                    testing.append(made)
                elif all(place < low * len(own) - _APART or place >= high * len(own) + _APART for low, high in _KEPT):
                    learning.append(made)
    except (OSError, ValueError) as error:
        raise PhospheneError(
            f"the recorded landmarks can't be read: {error}",
            place=str(path),
            cure="each row is a label and 21 pairs x, y; docs/seeing.md says where the set is from",
        ) from error
    return learning, testing
