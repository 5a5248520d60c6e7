# SPDX-License-Identifier: Apache-2.0
"""The calls of one session: in order, go-back-N, within the board's credit (PROTOCOL.md, section 5).

One cursor does first sendings and repetitions alike. It walks over the ids; whatever shows that
something was lost sets it back, and `pump` sends from there as far as the credit goes.
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Final

from phosphene.errors import Late, LineError, OutcomeUnknown, TooLarge
from phosphene.line.answer import outcome_unknown, refusal
from phosphene.line.call import Call, Expiries
from phosphene.line.clock import ClockEstimate
from phosphene.line.frame import Frame
from phosphene.line.outbox import Outbox
from phosphene.line.round_trip import RoundTrip
from phosphene.line.segments import Assembler, split, wire_size
from phosphene.line.statistics import LinkStatistics
from phosphene.line.wire import CALL_HEAD, FrameType, GapReason, Hello, MalformedMessage

_BODY_HEAD: Final = CALL_HEAD.size - 1
_QUICK_S: Final = 0.020
"""Only tasks this quick tell of the line's round trip rather than of their own run time."""
_BACK_MAX: Final = 255


class CallWindow:
    """Calls that wait, calls that fly, and when to send what again.

    `seconds_per_byte` is the line's, 0 where it is not known to be slow.
    """

    def __init__(
        self,
        out: Outbox,
        trip: RoundTrip,
        clock: ClockEstimate,
        statistics: LinkStatistics,
        seconds_per_byte: float,
    ) -> None:
        self.held = True
        """True while nothing may be sent: no session, a pause, a board that does not answer."""
        self.inquiring = 0
        """Calls of our own that must be answered before any of a caller's is sent."""
        self.fruitless = 0
        """Time-outs since anything was last answered."""
        self.why_held = "the line is not up yet"
        self._out = out
        self._trip = trip
        self._clock = clock
        self._statistics = statistics
        self._seconds_per_byte = seconds_per_byte
        self._waiting: deque[Call] = deque()
        self._flying: dict[int, Call] = {}  # by id, rising
        self._expiries = Expiries()
        self._boot_id = self._session = 0
        self._window = self._limit = 1
        self._earned = 0  # answers since the limit last rose
        self._budget = self._message_max = 0
        self._next = self._cursor = 1
        self._bytes = 0  # on the wire, unanswered
        self._timer_at = inf
        self._progress_at = self._repeated_at = -inf
        self._gap_id, self._gap_until = 0, -inf

    @property
    def wake_at(self) -> float:
        """When `tick` may have something to do."""
        return min(self._timer_at, self._expiries.next_at)

    def submit(self, call: Call, now: float) -> None:
        """Take a call; it is sent as soon as session, credit and its turn allow."""
        self._statistics.calls += 1
        if call.expires < inf:
            self._expiries.add(call.expires, call)
        if call.inquiry:
            self._waiting.appendleft(call)
        else:
            self._waiting.append(call)
        self.pump(now)

    def open(self, boot_id: int, session: int, hello: Hello) -> None:
        """Begin a session in which nothing was sent yet."""
        self._boot_id, self._session = boot_id, session
        self._window = self._limit = min(_BACK_MAX, max(1, hello.window))
        self._budget, self._message_max = hello.rx_budget, hello.max_message
        self._next = self._cursor = 1
        self._bytes = self.fruitless = 0
        self._gap_id = 0
        self._progress_at = self._repeated_at = -inf

    def lose(self) -> list[Call]:
        """End the session; return the calls that were written and not answered, in order."""
        lost = list(self._flying.values())
        self._flying.clear()
        self._timer_at = inf
        return lost

    def put_back(self, calls: list[Call]) -> None:
        """Let these calls, in order, be the next to be sent, under new ids."""
        for call in reversed(calls):
            call.forget_writing()
            self._waiting.appendleft(call)

    def hold(self, why: str) -> None:
        """Nothing may be sent for now, and no time-out runs."""
        self.held, self.why_held = True, why
        self._timer_at = inf

    def release(self, now: float) -> None:
        """Sending is allowed again: begin with whatever is unanswered."""
        self.held = False
        for call in self._flying.values():
            call.in_grace = False  # an answer may be on its way only now
        self.rewind(now)

    def rewind(self, now: float) -> None:
        """Send everything unanswered again."""
        self._cursor = self._lowest()
        self.pump(now)
        self._arm(now)

    def pump(self, now: float) -> None:
        """Send from the cursor on what credit and window allow."""
        if self.held:
            return
        while True:
            call = self._flying.get(self._cursor)
            if call is None:
                if self._cursor == self._next and not self._admit(now):
                    return
                call = self._flying.get(self._cursor)
            if call is not None:
                if self._cursor - self._lowest() >= self._limit:
                    return
                self._send(call, now)
            self._cursor += 1

    def on_reply(self, frame: Frame, now: float) -> None:
        """Take a segment of a RESULT or REFUSAL. Raises MalformedMessage."""
        call = self._flying.get(frame.request)
        if call is None or not call.times_sent:
            self._statistics.duplicates += 1
            return
        self._measure(call, now)
        self._progress_at = now
        self.fruitless = 0
        message = self._assemble(call, frame)
        if message is None:
            if call.reply is not None and call.reply.has_last:
                self._ask_again(call, now)  # a segment is missing, and nothing more will come
            self._arm(now)
            return
        del self._flying[call.id]
        self._bytes -= call.wire_bytes
        self._earn()
        self._ask_for_lost(call.id, now)
        self._settle(call, frame.type, message, now)
        self._arm(now)
        self.pump(now)

    def on_gap(self, frame: Frame, now: float) -> None:
        """Take a GAP: calls from that id on were dropped. Raises MalformedMessage."""
        if not frame.payload:
            raise MalformedMessage("GAP without a reason")
        self._statistics.gaps += 1
        expected = frame.request
        call = self._flying.get(expected)
        if call is None:
            return  # a late copy: that call was answered, or never sent
        if frame.payload[0] == GapReason.NO_ROOM:
            # The firmware can keep no more replies than these; the next answer makes room.
            self._limit, self._earned = max(1, expected - self._lowest()), 0
        elif self._gap_id == expected and now < self._gap_until:
            return  # sent again for this already; what was under way then may still arrive
        self._gap_id, self._gap_until = expected, now + self._timeout(call)
        self._cursor = expected
        self.pump(now)
        self._arm(now)

    def tick(self, now: float, *, blocked: bool) -> None:
        """Send again what was not answered in time; tell callers whose time is up."""
        if now >= self._timer_at:
            self._statistics.timeouts += 1
            self._trip.back_off()
            self.fruitless += 1
            if blocked:  # what was sent has not even left: another copy would not help
                self._arm(now)
            else:
                self.rewind(now)
        for call in self._expiries.due(now):
            self._expire(call, now)
        self._expiries.trim(len(self._flying) + len(self._waiting))

    def fail(self, error: LineError) -> None:
        """Nothing will be answered any more: tell those that were written that the outcome is unknown."""
        for call in self.lose():
            call.finish(error if call.idempotent else outcome_unknown(call, str(error)))
        while self._waiting:
            self._waiting.popleft().finish(error)

    def _lowest(self) -> int:
        """Return the lowest unanswered id."""
        return next(iter(self._flying), self._next)

    def _admit(self, now: float) -> bool:
        """Give the next waiting call an id, if there is one and credit for it."""
        if self._next - self._lowest() >= self._limit:
            return False
        while self._waiting:
            call = self._waiting[0]
            if self.inquiring and not call.inquiry:
                return False
            length = CALL_HEAD.size + len(call.args)
            size = wire_size(length)
            if call.settled:
                self._waiting.popleft()
            elif length > self._message_max or size > self._budget:
                self._waiting.popleft()
                most = min(self._message_max, self._budget)
                call.finish(TooLarge(f"{len(call.args)} bytes of arguments", cure=f"the board takes {most} a message"))
            elif call.expires <= now:
                self._waiting.popleft()
                self._expire(call, now)
            elif self._bytes + size > self._budget:
                return False
            else:
                self._waiting.popleft()
                call.boot_id, call.session, call.id = self._boot_id, self._session, self._next
                call.wire_bytes = size
                deadline = self._clock.deadline_ms(call.expires)
                call.body = CALL_HEAD.pack(0, call.task, deadline)[1:] + call.args
                self._bytes += size
                self._flying[self._next] = call
                self._next += 1
                return True
        return False

    def _send(self, call: Call, now: float) -> None:
        back = call.id - self._lowest()
        if call.times_sent:
            self._out.delimit()
            self._statistics.retries += 1
            self._repeated_at = now
        for segment, payload in split(bytes((back,)) + call.body):
            self._out.put(FrameType.CALL, call.session, call.id, segment, payload)
        call.times_sent += 1
        if call.times_sent == 1:
            call.sent_at = now
            if call.on_sent is not None:
                call.on_sent(call.boot_id, call.session, call.id)
        if self._timer_at == inf:
            self._arm(now)

    def _ask_again(self, call: Call, now: float) -> None:
        """Send the last segment of a call that was executed: that alone makes its reply come again."""
        if now < call.asked_again_at + self._timeout(call):
            return
        call.asked_again_at = self._repeated_at = now
        self._statistics.retries += 1
        segment, payload = split(bytes((call.id - self._lowest(),)) + call.body)[-1]
        self._out.delimit()
        self._out.put(FrameType.CALL, call.session, call.id, segment, payload)

    def _ask_for_lost(self, answered: int, now: float) -> None:
        """Replies come in order: those before `answered` that are missing were lost."""
        for id_, call in self._flying.items():
            if id_ > answered:
                return
            self._ask_again(call, now)

    def _measure(self, call: Call, now: float) -> None:
        """Take a round trip from the first frame of an answer to what was sent once, after any repetition."""
        if call.reply is None and call.sent_at > self._repeated_at and call.longest <= _QUICK_S:
            since = max(call.sent_at, self._progress_at)
            self._trip.sample(max(0.0, now - since - call.wire_bytes * self._seconds_per_byte))

    def _assemble(self, call: Call, frame: Frame) -> bytes | None:
        if not frame.segment:
            return frame.payload
        if call.reply is None or call.reply_type != frame.type:
            call.reply, call.reply_type = Assembler(), frame.type
        return call.reply.add(frame.segment, frame.payload)

    def _settle(self, call: Call, type_: int, message: bytes, now: float) -> None:
        statistics = self._statistics
        statistics.answered += 1
        statistics.round_trips.add(now - call.sent_at)
        if type_ == FrameType.RESULT:
            call.finish(message)
            return
        statistics.refused += 1
        error = refusal(call, message)
        if isinstance(error, OutcomeUnknown) and call.idempotent and now < call.expires:
            self.put_back([call])  # executed, its reply gone; once more does no harm
            return
        statistics.late += isinstance(error, Late)
        call.finish(error)

    def _expire(self, call: Call, now: float) -> None:
        """The caller's time is up. What was written gets a little longer: its answer may be on the way."""
        if not call.written:
            self._statistics.late += 1
            why = self.why_held if self.held else "others were before it"
            call.finish(Late("its time was up before it was sent", place=f"task {call.task}; {why}"))
        elif not call.in_grace:
            call.in_grace = True
            self._expiries.add(now + 2 * self._timeout(call), call)
        elif call.idempotent:
            self._statistics.late += 1
            call.finish(Late("no answer came in time", place=f"task {call.task}"))
        else:
            self._statistics.outcome_unknown += 1
            why = f"; {self.why_held}" if self.held else ""
            call.finish(outcome_unknown(call, f"no answer came in time{why}"))

    def _earn(self) -> None:
        """Raise a limit that a GAP lowered by one per round of answers."""
        if self._limit < self._window:
            self._earned += 1
            if self._earned >= self._limit:
                self._limit, self._earned = self._limit + 1, 0

    def _timeout(self, call: Call) -> float:
        return self._trip.timeout + call.longest + self._bytes * self._seconds_per_byte

    def _arm(self, now: float) -> None:
        """Start the timer of the oldest unanswered call anew."""
        oldest = self._flying.get(self._lowest())
        self._timer_at = inf if oldest is None or self.held else now + self._timeout(oldest)
