# SPDX-License-Identifier: Apache-2.0
"""What the broker measures and tells its clients once a second: the link's counters and the board's clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_ANY_DRIFT_PPM = 600
"""What two clocks may drift apart before the next measurement; see `ClockEstimate`."""


@dataclass(frozen=True, slots=True)
class BrokerClock:
    """The board's clock as it was last measured: at host time `host_s` (s) it showed `mcu_us`, within `known_us`."""

    host_s: float = 0.0
    mcu_us: float = 0.0
    drift: float = 0.0
    known_us: float = float("inf")

    def to_mcu(self, host_s: float) -> float:
        """Return the firmware's clock in µs at host time `host_s`."""
        return self.mcu_us + (host_s - self.host_s) * 1e6 * (1.0 + self.drift)

    def to_host(self, mcu_us: float) -> float:
        """Return the host's time in seconds at which the firmware's clock shows `mcu_us`."""
        return self.host_s + (mcu_us - self.mcu_us) * 1e-6 / (1.0 + self.drift)

    def error_us(self, host_s: float) -> float:
        """Return the bound on the error of `to_mcu(host_s)` in µs; infinite before the first measurement."""
        return self.known_us + abs(host_s - self.host_s) * _ANY_DRIFT_PPM


@dataclass(frozen=True, slots=True)
class BrokerStatistics:
    """The link's counters; see `LinkStatistics`. Empty before the broker told them first."""

    counters: dict[str, int] = field(default_factory=dict[str, int])

    def as_dict(self) -> dict[str, Any]:
        """Return all counters by name."""
        return dict(self.counters)
