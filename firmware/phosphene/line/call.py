# SPDX-License-Identifier: Apache-2.0
"""One call on its way: what the caller wants, and how far it got."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Final

from phosphene.errors import LineError
from phosphene.line.segments import Assembler

Settle = Callable[[bytes | LineError], None]
OnSent = Callable[[int, int, int], None]


def _nobody(_outcome: bytes | LineError) -> None:
    """Stand for a caller that no longer waits."""


@dataclass(slots=True, eq=False)
class Call:
    """`settle` is called exactly once, with the result's bytes or the error that ends the call.

    `expires` and `longest` are seconds: the host's monotonic clock, and the task's longest run time.
    `on_sent` gets (boot id, session, request) whenever the call is first written under such a name.
    """

    task: int
    args: bytes
    settle: Settle
    expires: float = inf
    idempotent: bool = False
    longest: float = 0.010
    on_sent: OnSent | None = None
    inquiry: bool = False
    """True for a call of our own that asks what became of another."""

    settled: bool = False
    in_grace: bool = False
    """True once the caller's time is up, and only an answer under way is still waited for."""

    # Since it was written:
    boot_id: int = 0
    session: int = 0
    id: int = 0
    body: bytes = b""
    """The message without its first byte, `back`."""
    back: int = 0
    wire_bytes: int = 0
    times_sent: int = 0
    sent_at: float = 0.0
    asked_again_at: float = -inf
    reply_type: int = 0
    reply: Assembler | None = None

    @property
    def written(self) -> bool:
        """True once bytes of it may have reached the firmware under an id of the line's."""
        return self.times_sent > 0

    def finish(self, outcome: bytes | LineError) -> None:
        """Tell the caller, if nobody has yet."""
        if not self.settled:
            self.settled = True
            settle, self.settle = self.settle, _nobody
            settle(outcome)

    def abandon(self) -> None:
        """The caller went away: nobody is told, and it is not sent if it was not yet."""
        self.settled = True
        self.settle = _nobody

    def forget_writing(self) -> None:
        """Make it a call that was never written, to be sent under a new id."""
        self.id = self.times_sent = self.reply_type = 0
        self.reply = None
        self.asked_again_at = -inf


_SLACK: Final = 64


class Expiries:
    """Calls by the time at which something must be said to their callers."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Call]] = []
        self._count = 0

    def add(self, when: float, call: Call) -> None:
        """Bring `call` up at `when`."""
        self._count += 1
        heapq.heappush(self._heap, (when, self._count, call))

    @property
    def next_at(self) -> float:
        """When `due` may have something: never later than the first, sometimes earlier."""
        return self._heap[0][0] if self._heap else inf

    def due(self, now: float) -> Iterator[Call]:
        """Take out the calls whose time has come and that nobody answered."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            _, _, call = heapq.heappop(heap)
            if not call.settled:
                yield call

    def trim(self, alive: int) -> None:
        """Drop what was answered long before its time, so that memory follows the calls that live."""
        if len(self._heap) > 4 * alive + _SLACK:
            self._heap = [entry for entry in self._heap if not entry[2].settled]
            heapq.heapify(self._heap)
