# SPDX-License-Identifier: Apache-2.0
"""After a session was lost: what became of the calls that it left unanswered (PROTOCOL.md, "What is promised")."""

from __future__ import annotations

import struct
from functools import partial

from phosphene.errors import LineError
from phosphene.line.answer import outcome_unknown
from phosphene.line.call import Call
from phosphene.line.statistics import LinkStatistics
from phosphene.line.window import CallWindow
from phosphene.line.wire import OUTCOME_ARGS, OUTCOME_RESULT, TASK_OUTCOME, Outcome


class Recovery:
    """Sends again what may be, asks the board about the rest, and keeps the callers' order.

    An idempotent call is sent again. Any other is looked into: the same boot still remembers the
    session before the open one, and `never` is proof; another boot remembers nothing.
    """

    def __init__(self, window: CallWindow, statistics: LinkStatistics) -> None:
        self._window = window
        self._statistics = statistics
        self._lost: list[Call] = []
        self._inquiries: list[Call] = []

    def begin(self, boot_id: int, why: str, now: float) -> None:
        """A new session is open, on the boot `boot_id`; `why` says what ended the one before."""
        for inquiry in self._inquiries:
            self._window.waiting.withdraw(inquiry)
        self._inquiries.clear()
        self._lost += [call for call in self._window.lose() if not call.inquiry]
        doubtful = [call for call in self._lost if not call.settled and not call.idempotent]
        for call in doubtful:
            if call.boot_id == boot_id:
                self._inquiries.append(self._inquiry(call))
            else:
                self._statistics.outcome_unknown += 1
                call.finish(outcome_unknown(call, f"{why} before the answer came"))
        self._window.waiting.inquiring = len(self._inquiries)
        for inquiry in reversed(self._inquiries):
            self._window.submit(inquiry, now)
        self._conclude()

    def _inquiry(self, call: Call) -> Call:
        inquiry = Call(
            TASK_OUTCOME,
            OUTCOME_ARGS.pack(call.session, call.id),
            settle=lambda _: None,
            idempotent=True,
            inquiry=True,
        )
        inquiry.settle = partial(self._on_outcome, call, inquiry)
        return inquiry

    def _on_outcome(self, call: Call, inquiry: Call, answer: bytes | LineError) -> None:
        try:
            outcome, pid = (Outcome.UNKNOWN, 0) if isinstance(answer, LineError) else OUTCOME_RESULT.unpack(answer)
        except struct.error:
            outcome, pid = Outcome.UNKNOWN, 0
        if outcome != Outcome.NEVER:
            self._statistics.outcome_unknown += not call.settled
            executed = outcome == Outcome.EXECUTED
            what = "executed, but the answer was lost with the session" if executed else "the session was lost"
            call.finish(outcome_unknown(call, what, executed=executed, pid=pid))
        self._inquiries.remove(inquiry)
        self._window.waiting.inquiring = len(self._inquiries)
        self._conclude()

    def _conclude(self) -> None:
        """Once everything is known, let the rest be sent again, in the callers' order."""
        if not self._inquiries:
            self._window.waiting.put_back([call for call in self._lost if not call.settled])
            self._lost.clear()
