# SPDX-License-Identifier: Apache-2.0
"""What the screen should know of where it stands: how far the person is and how light it is, told only when it counts.

A screen that follows each centimetre flickers. So a quantity is smoothed, and told when it has been more than a fifth
away from what was told before for a whole second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from phosphene.perception.percepts import Seen

_SMOOTH_S: Final = 0.4
_SHARE: Final = 0.2
_STAYS_S: Final = 1.0
_GAP_S: Final = 1.0
"""After so long without a face, what was smoothed belongs to somebody who left."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a quantity can be told as: its limits, its steps, and the least value that a fifth is taken of."""

    least: float
    most: float
    step: float
    fifth_of: float = 0.0

    def nearest(self, value: float) -> float:
        """Return the step next to `value`, within the limits."""
        return round(min(max(round(value / self.step) * self.step, self.least), self.most), 6)


DISTANCE_CM: Final = Range(20.0, 600.0, 10.0)
LIGHT: Final = Range(0.0, 1.0, 0.05, fifth_of=0.5)


class Settling:
    """One quantity. `told` is what was told last, or what is in use anyhow."""

    def __init__(self, within: Range, told: float) -> None:
        self.told = told
        self._range = within
        self._smooth: float | None = None
        self._at = -math.inf
        self._away_since: float | None = None

    def take(self, value: float, time_s: float) -> float | None:
        """Take a value; return the one to tell, or None while there is none."""
        if self._smooth is None or time_s - self._at > _GAP_S:
            self._smooth, self._away_since = value, None
        else:
            self._smooth += (value - self._smooth) * -math.expm1(-max(0.0, time_s - self._at) / _SMOOTH_S)
        self._at = time_s
        if abs(self._smooth - self.told) <= _SHARE * max(self.told, self._range.fifth_of):
            self._away_since = None
        elif self._away_since is None:
            self._away_since = time_s
        elif time_s - self._away_since >= _STAYS_S:
            self._away_since = None
            nearest = self._range.nearest(self._smooth)
            if nearest != self.told:
                self.told = nearest
                return nearest
        return None


class Surroundings:
    """Distance of the nearest face in cm, and light 0 … 1."""

    def __init__(self, distance_cm: float, light: float) -> None:
        self.distance_cm = Settling(DISTANCE_CM, distance_cm)
        self.light = Settling(LIGHT, light)

    def take(self, seen: Seen) -> dict[str, float]:
        """Return what changed enough to be told, by the name of its setting."""
        face = seen.nearest
        told = {"light": self.light.take(seen.light, seen.time_s)}
        if face is not None:
            told["distance_cm"] = self.distance_cm.take(face.distance_cm, seen.time_s)
        return {name: value for name, value in told.items() if value is not None}
