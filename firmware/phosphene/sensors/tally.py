# SPDX-License-Identifier: Apache-2.0
"""What one sensor has delivered: how much, how fast, when last, and what was lost on the way."""

from __future__ import annotations

import time
from typing import Final

from phosphene.sensors.arrivals import Arrivals

# Nothing was lost for so long: the drops are over.
_DROPS_OVER_S: Final = 5.0


class Tally:
    """Counts since the start. For the holder of a lock; times are on the host's monotonic clock, in seconds."""

    def __init__(self) -> None:
        self.blocks = 0
        self.dropped = 0
        self.level: float | None = None
        self._arrivals = Arrivals()
        self._opened_s = 0.0
        self._newest_s = 0.0
        self._last_drop_s = 0.0
        self._torn_since = 0

    @property
    def delivers(self) -> bool:
        """Whether anything came since the sensor was opened."""
        return self._newest_s > self._opened_s

    @property
    def quiet_s(self) -> float:
        """How long nothing has come since the sensor was opened."""
        return time.monotonic() - max(self._newest_s, self._opened_s)

    @property
    def age_s(self) -> float | None:
        """How old the newest block is; None before the first."""
        return time.monotonic() - self._newest_s if self.blocks else None

    @property
    def drops_over(self) -> bool:
        """Whether nothing was lost for a while."""
        return self._newest_s - self._last_drop_s > _DROPS_OVER_S

    def rate_hz(self, still_s: float) -> float:
        """Return pictures or samples per second; 0 when none came for `still_s`."""
        return self._arrivals.rate_hz(time.monotonic(), still_s)

    def opened(self) -> None:
        """The sensor was opened anew; what was lost before is no gap in what comes now."""
        self._opened_s = time.monotonic()
        self._arrivals.clear()
        self._torn_since = 0

    def torn(self) -> None:
        """Count a picture that came, and can't be used."""
        self._newest_s = time.monotonic()  # the camera does deliver
        self.dropped += 1
        self._torn_since += 1

    def came(self, size: int, missing: int, level: float) -> int:
        """Count a block of `size` pictures or samples before which so many are missing; return how many were lost."""
        self._newest_s = time.monotonic()
        # A torn picture was counted when it came; its number is missing, too.
        lost = max(0, missing - self._torn_since)
        self._torn_since = 0
        self.blocks += 1
        self.level = level
        self._arrivals.add(self._newest_s, size)
        if lost:
            self.dropped += lost
            self._last_drop_s = self._newest_s
        return lost
