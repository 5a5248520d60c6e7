# SPDX-License-Identifier: Apache-2.0
"""When to send calls again: the time-out of the oldest unanswered one, and what answers teach about it."""

from __future__ import annotations

from math import inf
from typing import Final

from phosphene.line.call import Call
from phosphene.line.credit import Credit
from phosphene.line.round_trip import RoundTrip

_QUICK_S: Final = 0.020
"""Only tasks this quick tell of the line's round trip rather than of their own run time."""
_FRUITLESS_MAX: Final = 8


class RepeatTimer:
    """One timer for all calls in flight: it runs anew with every sign of progress."""

    def __init__(self, trip: RoundTrip, credit: Credit) -> None:
        self.at = inf
        """When the time of the oldest unanswered call is up; inf while none is."""
        self.seconds_per_byte = 0.0
        """What a byte takes on the line, where that is known to matter."""
        self._trip = trip
        self._credit = credit
        self.restart()

    def restart(self) -> None:
        """A new session: nothing was sent or answered."""
        self._fruitless = 0  # time-outs since anything was answered
        self._progress_at = -inf
        self._repeated_id, self._repeated_at = 0, -inf  # the newest repetition

    def timeout(self, call: Call) -> float:
        """Return how long to wait for the next sign of life after sending `call`."""
        return self._trip.timeout + call.longest + self._credit.used * self.seconds_per_byte

    def arm(self, oldest: Call | None, now: float) -> None:
        """Start anew for the oldest unanswered call; None stops the timer."""
        self.at = inf if oldest is None else now + self.timeout(oldest)

    def fired(self) -> bool:
        """Wait longer from now on; true when it is time to ask who is there."""
        self._trip.back_off()
        self._fruitless += 1
        return self._fruitless % _FRUITLESS_MAX == 0

    def repeated(self, call: Call, now: float) -> None:
        """Take note that `call` was sent once more."""
        self._repeated_id, self._repeated_at = call.id, now

    def progress(self, call: Call, now: float) -> None:
        """A frame that answers `call` came.

        The first such frame is a sample of the round trip, from sending or the last progress on: if the
        call was sent only once (Karn's rule), and its task is quick.
        """
        if call.reply is None and call.times_sent == 1 and call.asked_again_at < 0 and call.longest <= _QUICK_S:
            began = max(call.sent_at, self._progress_at)
            self._trip.sample(max(0.0, now - began - call.wire_bytes * self.seconds_per_byte))
        self._progress_at = now
        self._fruitless = 0

    def answered_twice(self, request: int, now: float) -> None:
        """An answer came to a call that was answered before.

        If that was the newest repetition, the first copy was not lost but slow, and this is how slow.
        """
        if request == self._repeated_id:
            self._trip.sample(now - self._repeated_at)
            self._repeated_id = 0
