# SPDX-License-Identifier: Apache-2.0
"""Pictures numbered by their times, where a driver doesn't say how many were missed."""

from __future__ import annotations

from collections import deque
from statistics import median
from typing import Final

_LOOKED_BACK: Final = 15
_ENOUGH: Final = 5
# A longer pause is the camera's, not pictures that it took.
_LONGEST_S: Final = 5.0


class Numbering:
    """Counts on by one for a usual step, by more for one that is long as two or more usual steps.

    Usual is the median of the last steps, not the announced rate: in the dark a webcam halves its rate by itself.
    """

    def __init__(self) -> None:
        self._steps: deque[float] = deque(maxlen=_LOOKED_BACK)
        self._last_s: float | None = None
        self._number = 0

    def number(self, time_s: float) -> int:
        """Return the number of the picture taken at `time_s`."""
        if self._last_s is None:
            self._last_s = time_s
            return self._number
        step = time_s - self._last_s
        self._last_s = time_s
        missed = 0
        if len(self._steps) >= _ENOUGH and 0 < step < _LONGEST_S:
            usual = median(self._steps)
            missed = max(0, round(step / usual) - 1) if usual > 0 and step > 1.6 * usual else 0
        self._steps.append(step)
        self._number += 1 + missed
        return self._number
