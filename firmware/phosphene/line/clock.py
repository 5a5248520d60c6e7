# SPDX-License-Identifier: Apache-2.0
"""The firmware's clock as the host knows it: offset and drift from time samples, with a bound on the error.

A sample is a question at host time `sent`, an answer that carries the firmware's clock, and its
arrival at `received`. The clock was read somewhere in between, so the middle is wrong by at most
half the round trip (Cristian, "Probabilistic clock synchronization", Distributed Computing 3, 1989).
Of each second only the shortest round trip is kept; a line is fitted through what is kept, each
sample weighted by the inverse square of its half round trip.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf
from typing import Final

_BUCKET_S: Final = 1.0
_KEPT: Final = 64
_ANY_DRIFT: Final = 600e-6
"""What two clocks may differ by before anything was measured: NTP slews the host's by up to 500 ppm,
a board's crystal is within 100 ppm."""
_WANDER: Final = 10e-6
"""How far the drift may move from what was measured: temperature, and the host's NTP."""
_HALF_TRIP_MIN: Final = 20e-6


@dataclass(slots=True)
class _Sample:
    host: float  # middle of the round trip, s
    mcu: float  # s
    half: float  # half the round trip, s


class ClockEstimate:
    """Maps the host's monotonic clock (s) to the firmware's (µs since boot), and back.

    `drift` is how much faster the firmware's clock runs than the host's, as a ratio (1e-6 is 1 ppm);
    `drift_error` bounds its error. Without a sample every error is infinite.
    """

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget everything: the board booted, its clock began anew."""
        self._kept: deque[_Sample] = deque(maxlen=_KEPT)
        self._host = self._mcu = 0.0  # a point of the line, s
        self._anchor = 0.0  # host time, s, at which `_error` bounds the line's error
        self._error = inf  # s
        self.drift = 0.0
        self.drift_error = _ANY_DRIFT
        self.sampled_at = -inf

    def sample(self, sent: float, received: float, time_us: int) -> None:
        """Take one sample; `sent` and `received` in host seconds, `received` >= `sent`."""
        new = _Sample((sent + received) / 2, time_us * 1e-6, max((received - sent) / 2, _HALF_TRIP_MIN))
        if abs(new.mcu - self.to_mcu(new.host) * 1e-6) > new.half + self.error_us(new.host) * 1e-6:
            self.restart()  # one of the clocks jumped: a laptop slept, its monotonic clock stood still
        self.sampled_at = received
        last = self._kept[-1] if self._kept else None
        if last is None or int(new.host / _BUCKET_S) != int(last.host / _BUCKET_S):
            self._kept.append(new)
        elif new.half <= last.half:
            self._kept[-1] = new
        else:
            return
        self._fit()

    def to_mcu(self, host_s: float) -> float:
        """Return the firmware's clock in µs at host time `host_s`."""
        return (self._mcu + (host_s - self._host) * (1.0 + self.drift)) * 1e6

    def to_host(self, mcu_us: float) -> float:
        """Return the host's time in seconds at which the firmware's clock shows `mcu_us`."""
        return self._host + (mcu_us * 1e-6 - self._mcu) / (1.0 + self.drift)

    def error_us(self, host_s: float) -> float:
        """Return the bound on the error of `to_mcu(host_s)`, in µs."""
        return (self._error + abs(host_s - self._anchor) * self.drift_error) * 1e6

    def deadline_ms(self, host_s: float) -> int:
        """Return a CALL's `deadline_ms` for the host time `host_s`: never later than it, and 0 for inf."""
        if inf in (host_s, self._error):
            return 0
        latest = int((self.to_mcu(host_s) - self.error_us(host_s)) // 1000) & 0xFFFFFFFF
        return latest or 0xFFFFFFFF  # 0 would say that there is none; a millisecond earlier is allowed

    def _fit(self) -> None:
        """Draw the line anew: weighted least squares, then a bound that every kept sample agrees with."""
        kept = self._kept
        newest = kept[-1]
        weights = [1.0 / (sample.half * sample.half) for sample in kept]
        total = sum(weights)
        # Relative to the newest sample: a clock that has run for years keeps its microseconds in a float.
        hosts = [sample.host - newest.host for sample in kept]
        offsets = [(sample.mcu - newest.mcu) - host for sample, host in zip(kept, hosts, strict=True)]
        mean_host = sum(map(float.__mul__, weights, hosts)) / total
        mean_offset = sum(map(float.__mul__, weights, offsets)) / total
        spread = sum(w * (h - mean_host) ** 2 for w, h in zip(weights, hosts, strict=True))
        moment = sum(w * (h - mean_host) * o for w, h, o in zip(weights, hosts, offsets, strict=True))
        self.drift, self.drift_error = _bounded(moment / spread if spread else 0.0, kept)
        self._host = newest.host + mean_host
        self._mcu = newest.mcu + mean_host + mean_offset
        # A sample bounds the truth at its own time by its half round trip, and the line may miss its
        # middle; away from it the drift adds. Of all these bounds, take the one that is tightest from now on.
        self._anchor, self._error = min(
            ((sample.host, sample.half + abs(sample.mcu - self.to_mcu(sample.host) * 1e-6)) for sample in kept),
            key=lambda bound: bound[1] + (newest.host - bound[0]) * self.drift_error,
        )


def _bounded(drift: float, kept: deque[_Sample]) -> tuple[float, float]:
    """Return the drift and its error, both within what two samples and two real clocks allow."""
    first, last = kept[0], kept[-1]
    span = last.host - first.host
    error = (first.half + last.half) / span + _WANDER if span > 0 else inf
    if error >= _ANY_DRIFT:
        return 0.0, _ANY_DRIFT
    measured = (last.mcu - first.mcu) / span - 1.0
    low, high = max(measured - error, -_ANY_DRIFT), min(measured + error, _ANY_DRIFT)
    if low > high:  # a clock beyond any crystal: believe the samples
        low, high = measured - error, measured + error
    inside = min(max(drift, low), high)
    return inside, max(high - inside, inside - low)
