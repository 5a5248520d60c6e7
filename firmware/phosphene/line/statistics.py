# SPDX-License-Identifier: Apache-2.0
"""What the host's end counted: frames, errors, retries, resets, and how long answers took."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from phosphene.line.frame import FrameEvidence

_KEPT = 4096


@dataclass(slots=True)
class RoundTrips:
    """The newest 4096 times from the first writing of a call to its whole answer, in seconds."""

    count: int = 0
    kept: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def add(self, seconds: float) -> None:
        """Take one more."""
        self.count += 1
        self.kept.append(seconds)

    def quantile(self, share: float) -> float:
        """Return the time that `share` (0 to 1) of the kept round trips did not exceed; 0 when there is none."""
        if not self.kept:
            return 0.0
        ordered = sorted(self.kept)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def p50(self) -> float:
        """The median, in seconds."""
        return self.quantile(0.50)

    @property
    def p99(self) -> float:
        """The 99th percentile, in seconds."""
        return self.quantile(0.99)


@dataclass(slots=True)
class LinkStatistics:
    """Counters of one link, from its opening on; they only rise.

    `received` is the frame reader's evidence. `duplicates` counts answers and events that were
    there already, `stale_frames` frames of a session that is over, `malformed` good frames whose
    payload was not what their type says, `retries` frames of calls sent again.
    """

    received: FrameEvidence = field(default_factory=FrameEvidence)
    tx_frames: int = 0
    tx_bytes: int = 0
    calls: int = 0
    answered: int = 0
    refused: int = 0
    late: int = 0
    outcome_unknown: int = 0
    retries: int = 0
    timeouts: int = 0
    duplicates: int = 0
    stale_frames: int = 0
    malformed: int = 0
    gaps: int = 0
    events: int = 0
    events_missed: int = 0
    renewals: int = 0
    pauses: int = 0
    sessions: int = 0
    resets_seen: int = 0
    disconnects: int = 0
    round_trips: RoundTrips = field(default_factory=RoundTrips)

    def as_dict(self) -> dict[str, Any]:
        """Return all counters by name, and the round trips as `p50_us` and `p99_us`: ready for JSON."""
        plain = {name: value for name in self.__slots__ if isinstance(value := getattr(self, name), int)}
        plain |= {name: getattr(self.received, name) for name in self.received.__slots__}
        plain["p50_us"] = round(self.round_trips.p50 * 1e6)
        plain["p99_us"] = round(self.round_trips.p99 * 1e6)
        return plain
