# SPDX-License-Identifier: Apache-2.0
"""Renewals of the lease: the newest proof of progress counts, and only that is ever repeated."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from phosphene.errors import LineError, LinkLost
from phosphene.line.clock import ClockEstimate
from phosphene.line.frame import Frame
from phosphene.line.outbox import Outbox
from phosphene.line.round_trip import RoundTrip
from phosphene.line.statistics import LinkStatistics
from phosphene.line.wire import LEASE, FrameType, Leased


@dataclass(slots=True, eq=False)
class Renewal:
    """One proof of progress: the loop's tick, the newest capture in ms, completed inferences; all u32.

    `settle` is called exactly once; `expires` is host time in seconds.
    """

    tick: int
    capture_ms: int
    inferences: int
    settle: Callable[[Leased | LineError], None]
    expires: float
    number: int = 0
    sent_at: float = 0.0


class LeaseRenewals:
    """Numbers renewals and repeats the newest until it is answered.

    An older one is never repeated: the firmware would see its counters fall and take us for another
    host. The answer to a newer one answers it too.
    """

    def __init__(self, out: Outbox, trip: RoundTrip, clock: ClockEstimate, statistics: LinkStatistics) -> None:
        self.held = True
        self._out = out
        self._trip = trip
        self._clock = clock
        self._statistics = statistics
        self._session = 0
        self._number = 0
        self._waiting: deque[Renewal] = deque()
        self._repeat_at = inf

    @property
    def wake_at(self) -> float:
        """When `tick` may have something to do."""
        return min(self._repeat_at, self._waiting[0].expires) if self._waiting else inf

    def open(self, session: int, now: float) -> None:
        """A new session: numbers begin anew, and the newest renewal is sent in it."""
        self._session, self._number = session, 0
        for renewal in self._waiting:
            renewal.number = 0
        self.release(now)

    def hold(self) -> None:
        """Nothing may be sent for now."""
        self.held = True
        self._repeat_at = inf

    def release(self, now: float) -> None:
        """Sending is allowed again."""
        self.held = False
        if self._waiting:
            self._send(self._waiting[-1], now)

    def renew(self, renewal: Renewal, now: float) -> None:
        """Send a renewal, or keep it until sending is allowed."""
        self._waiting.append(renewal)
        if not self.held:
            self._send(renewal, now)

    def on_leased(self, frame: Frame, now: float) -> None:
        """Take an answer. Raises MalformedMessage."""
        leased = Leased.decode(frame.payload)
        answered = next((r for r in self._waiting if r.number == frame.request), None)
        if answered is None:
            self._statistics.duplicates += 1
            return
        self._clock.sample(answered.sent_at, now, leased.time_us)
        self._statistics.renewals += 1
        while True:
            renewal = self._waiting.popleft()
            renewal.settle(leased)
            if renewal is answered:
                break
        if not self._waiting:
            self._repeat_at = inf

    def tick(self, now: float, *, blocked: bool) -> None:
        """Repeat the newest, give up on those whose time is up."""
        while self._waiting and self._waiting[0].expires <= now:
            self._waiting.popleft().settle(
                LinkLost(
                    "no answer to a renewal of the lease",
                    cure="the outputs go safe when the lease runs out; look at the line",
                )
            )
        if now >= self._repeat_at and self._waiting:
            if blocked:
                self._repeat_at = now + self._trip.timeout
            else:
                self._out.delimit()
                self._send(self._waiting[-1], now)

    def fail(self, error: LineError) -> None:
        """Nothing will be answered any more."""
        while self._waiting:
            self._waiting.popleft().settle(error)

    def _send(self, renewal: Renewal, now: float) -> None:
        if not renewal.number:
            self._number += 1
            renewal.number, renewal.sent_at = self._number, now
        proof = LEASE.pack(renewal.tick, renewal.capture_ms, renewal.inferences)
        self._out.put(FrameType.LEASE, self._session, renewal.number, 0, proof)
        self._repeat_at = now + self._trip.timeout
