# SPDX-License-Identifier: Apache-2.0
"""When samples were taken: the device's own count, tied to the host's monotonic clock."""

from __future__ import annotations

from typing import Final

# Crystals differ by less. The estimate may move later by this share of the time that passed, no faster.
_DRIFT: Final = 500e-6
# When every block of a whole window came this late, samples are missing. One late block alone was held up.
_LATE_S: Final = 0.04
_WINDOW_S: Final = 1.0


class SampleClock:
    """Turns counts into times without the jitter of arrival.

    A sample can't arrive before it was taken, so the earliest arrivals, seen over time, say when sample 0 was taken;
    blocks that were held up on the way don't count. What remains is the device's own buffer: its shortest delay.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate = rate_hz
        self._count = 0
        self._zero_s: float | None = None
        self._least_late_s = 0.0
        self._in_window = 0

    def restart(self) -> None:
        """Forget: the device was opened again, or lost nobody knows how much."""
        self._count, self._zero_s = 0, None

    def skip(self, samples: int) -> None:
        """Count samples that are known to be lost."""
        self._count += samples

    def stamp(self, samples: int, arrived_s: float) -> tuple[float, int]:
        """Count a block of `samples` that arrived at `arrived_s`; return the time of its first sample, and how many
        samples were lost before it, as far as the clock tells: 0 as long as less than 40 ms are missing.
        """
        zero_s = arrived_s - (self._count + samples) / self._rate
        lost = 0
        if self._zero_s is None:
            self._zero_s = zero_s
            self._begin_window()
        else:
            self._least_late_s = min(self._least_late_s, zero_s - self._zero_s)
            self._zero_s = min(zero_s, self._zero_s + _DRIFT * samples / self._rate)
            self._in_window += samples
            if self._in_window >= _WINDOW_S * self._rate:
                if self._least_late_s > _LATE_S:
                    lost = round(self._least_late_s * self._rate)
                    self._count += lost
                self._begin_window()
        start_s = self._zero_s + self._count / self._rate
        self._count += samples
        return start_s, lost

    def _begin_window(self) -> None:
        self._in_window = 0
        self._least_late_s = float("inf")
