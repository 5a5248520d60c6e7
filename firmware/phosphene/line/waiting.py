# SPDX-License-Identifier: Apache-2.0
"""Calls that were not written yet, and the time-outs of all callers, written or not."""

from __future__ import annotations

from collections import deque
from math import inf

from phosphene.errors import Late, LineError, TooLarge
from phosphene.line.answer import outcome_unknown
from phosphene.line.call import Call, Expiries
from phosphene.line.credit import Credit
from phosphene.line.segments import wire_size
from phosphene.line.statistics import LinkStatistics
from phosphene.line.wire import CALL_HEAD


class WaitingCalls:
    """A queue in the callers' order. A call whose time is up leaves it as Late, and surely had no effect."""

    def __init__(self, statistics: LinkStatistics) -> None:
        self.inquiring = 0
        """Inquiries of our own that must be answered before any caller's call is sent."""
        self.trouble = ""
        """Why nothing is sent at present, for the error of a call that waited too long."""
        self._statistics = statistics
        self._calls: deque[Call] = deque()
        self._expiries = Expiries()

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def next_expiry(self) -> float:
        """When a caller's time is up; never too late, sometimes too early."""
        return self._expiries.next_at

    def add(self, call: Call) -> None:
        """Take a new call at the end, or an inquiry of our own at the front."""
        if call.expires < inf:
            self._expiries.add(call.expires, call)
        if call.inquiry:
            self._calls.appendleft(call)
        else:
            self._calls.append(call)

    def put_back(self, calls: list[Call]) -> None:
        """Let these calls, in order, be the next to be sent, under new ids."""
        for call in reversed(calls):
            call.forget_writing()
            self._calls.appendleft(call)

    def withdraw(self, call: Call) -> None:
        """The caller went away."""
        call.abandon()
        if call in self._calls:
            self._calls.remove(call)

    def take(self, credit: Credit, now: float) -> Call | None:
        """Return the next call that credit allows, with its size on the wire set; None when there is none."""
        while self._calls:
            call = self._calls[0]
            if self.inquiring and not call.inquiry:
                return None
            length = CALL_HEAD.size + len(call.args)
            call.wire_bytes = wire_size(length)
            if not call.settled and call.expires > now and not credit.too_large(length, call.wire_bytes):
                return self._calls.popleft() if credit.allows(call.wire_bytes) else None
            self._calls.popleft()
            if call.expires <= now:
                self._late(call)
            else:
                most = min(credit.message_max, credit.budget)
                what = f"{len(call.args)} bytes of arguments"
                call.finish(TooLarge(what, place=f"task {call.task}", cure=f"the board takes {most} in a message"))
        return None

    def tick(self, now: float, grace: float) -> bool:
        """Tell the callers whose time is up; true when a call that was written is among them.

        What was written gets `grace` seconds more: its answer may be on the way.
        """
        written = False
        for call in self._expiries.due(now):
            if not call.written:
                self._calls.remove(call)
                self._late(call)
            elif not call.in_grace:
                written = call.in_grace = True
                self._expiries.add(now + grace + call.longest, call)
            else:
                self._unanswered(call)
        return written

    def trim(self, flying: int) -> None:
        """Let memory follow the calls that live."""
        self._expiries.trim(len(self._calls) + flying)

    def fail(self, error: LineError, *, above: int = -1) -> None:
        """Nothing will be sent any more; with `above`, nothing that calls a task of a higher number."""
        failed = [call for call in self._calls if call.task > above]
        self._calls = deque(call for call in self._calls if call.task <= above)
        for call in failed:
            call.finish(error)

    def _late(self, call: Call) -> None:
        self._statistics.late += 1
        what = "its time was up before it was sent"
        call.finish(Late(what, place=f"task {call.task}; {self.trouble or 'others were before it'}"))

    def _unanswered(self, call: Call) -> None:
        what = f"no answer came in time{self.trouble and f': {self.trouble}'}"
        if call.idempotent:
            self._statistics.late += 1
            call.finish(Late(what, place=f"task {call.task}"))
        else:
            self._statistics.outcome_unknown += 1
            call.finish(outcome_unknown(call, what))
