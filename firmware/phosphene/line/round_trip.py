# SPDX-License-Identifier: Apache-2.0
"""How long to wait for an answer, from measured round trips (RFC 6298; Karn and Partridge, 1987)."""

from __future__ import annotations

from typing import Final

INITIAL_S: Final = 0.2
FLOOR_S: Final = 0.010
"""RFC 6298 asks for a second, for the Internet's sake; a cable is nobody else's."""
CEILING_S: Final = 0.5

_ALPHA: Final = 1 / 8
_BETA: Final = 1 / 4


class RoundTrip:
    """Smoothed round trip, its deviation, and the time-out that follows from them, in seconds."""

    def __init__(self) -> None:
        self.smoothed = 0.0
        self.deviation = 0.0
        self.timeout = INITIAL_S

    def sample(self, seconds: float) -> None:
        """Take the round trip of something that was sent once: an answer to a retry says nothing."""
        if self.smoothed:
            self.deviation += _BETA * (abs(self.smoothed - seconds) - self.deviation)
            self.smoothed += _ALPHA * (seconds - self.smoothed)
        else:
            self.smoothed, self.deviation = seconds, seconds / 2
        self.timeout = self._measured()

    def back_off(self) -> None:
        """Double the time-out; it stays so until something is answered."""
        self.timeout = min(CEILING_S, self.timeout * 2)

    def answered(self) -> None:
        """Take back what `back_off` did: the line carries answers again, whatever they measure.

        On a line that loses a tenth of its frames most answers are to retries, and samples are rare.
        """
        if self.smoothed:
            self.timeout = self._measured()

    def _measured(self) -> float:
        return min(CEILING_S, max(FLOOR_S, self.smoothed + 4 * self.deviation))
