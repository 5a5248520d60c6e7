# SPDX-License-Identifier: Apache-2.0
"""The calls of one session: in order, go-back-N, within the board's credit (PROTOCOL.md, section 5).

One cursor does first sendings and repetitions alike. It walks over the ids; whatever shows that
something was lost sets it back, and `pump` sends from there as far as the credit goes.
"""

from __future__ import annotations

from math import inf

from phosphene.errors import Late, LineError, OutcomeUnknown
from phosphene.line.answer import outcome_unknown, refusal
from phosphene.line.call import Call
from phosphene.line.clock import ClockEstimate
from phosphene.line.credit import Credit
from phosphene.line.frame import Frame
from phosphene.line.outbox import Outbox
from phosphene.line.repeat_timer import RepeatTimer
from phosphene.line.round_trip import RoundTrip
from phosphene.line.segments import Assembler, split
from phosphene.line.statistics import LinkStatistics
from phosphene.line.waiting import WaitingCalls
from phosphene.line.wire import CALL_HEAD, FrameType, GapReason, Hello, MalformedMessage


class CallWindow:
    """Numbers calls, sends them, and sends again what was lost."""

    def __init__(
        self,
        out: Outbox,
        trip: RoundTrip,
        clock: ClockEstimate,
        statistics: LinkStatistics,
    ) -> None:
        self.waiting = WaitingCalls(statistics)
        self.held = True
        """True while nothing may be sent: no session, a pause, a board that does not answer."""
        self._out = out
        self._trip = trip
        self._clock = clock
        self._statistics = statistics
        self._credit = Credit()
        self.timer = RepeatTimer(trip, self._credit)
        self._flying: dict[int, Call] = {}  # written and unanswered, by id, rising
        self._boot_id = self._session = 0
        self._next = self._cursor = 1
        self._gap_id, self._gap_until = 0, -inf

    @property
    def wake_at(self) -> float:
        """When `tick` may have something to do."""
        return min(self.timer.at, self.waiting.next_expiry)

    @property
    def longest(self) -> float:
        """The longest time in seconds for which the firmware may be busy with what was sent."""
        return max((call.longest for call in self._flying.values()), default=0.0)

    def submit(self, call: Call, now: float) -> None:
        """Take a call; it is sent as soon as session, credit and its turn allow."""
        self.waiting.add(call)
        self.pump(now)

    def open(self, boot_id: int, session: int, hello: Hello) -> None:
        """Begin a session in which nothing was sent yet."""
        self._boot_id, self._session = boot_id, session
        self._credit.open(hello)
        self._next = self._cursor = 1
        self._gap_id = 0
        self.timer.restart()

    def lose(self) -> list[Call]:
        """End the session; return the calls that were written and not answered, in order."""
        lost = list(self._flying.values())
        self._flying.clear()
        self.timer.arm(None, 0.0)
        return lost

    def hold(self, why: str) -> None:
        """Nothing may be sent for now, and no repetition is due."""
        self.held, self.waiting.trouble = True, why
        self.timer.arm(None, 0.0)

    def release(self, now: float) -> None:
        """Sending is allowed again: begin with whatever is unanswered."""
        self.held, self.waiting.trouble = False, ""
        for call in self._flying.values():
            call.in_grace = False  # an answer can be on its way only now
        self._rewind(now)

    def pump(self, now: float) -> None:
        """Send from the cursor on what window and credit allow."""
        if self.held:
            return
        while self._cursor - self._lowest() < self._credit.limit:
            if self._cursor == self._next and not self._admit(now):
                return
            call = self._flying.get(self._cursor)
            if call is not None:
                self._send(call, now)
            self._cursor += 1

    def on_reply(self, frame: Frame, now: float) -> None:
        """Take a segment of a RESULT or REFUSAL; `pump` when all that was received is taken."""
        call = self._flying.get(frame.request)
        if call is None:
            self._statistics.duplicates += 1
            self.timer.answered_twice(frame.request, now)
            return
        self.timer.progress(call, now)
        message = self._assemble(call, frame)
        if message is not None:
            del self._flying[call.id]
            self._credit.give_back(call.wire_bytes)
            self._trip.answered()
            self._settle(call, frame.type, message, now)
        elif call.reply is not None and call.reply.has_last:
            self._ask_again(call, now)  # a segment is missing, and nothing more will come
        self._ask_for_lost(call.id, now)
        self._arm(now)

    def on_gap(self, frame: Frame, now: float) -> None:
        """Take a GAP: the calls from that id on were dropped; `pump` sends them. Raises MalformedMessage."""
        if not frame.payload:
            raise MalformedMessage("GAP without a reason")
        self._statistics.gaps += 1
        expected = frame.request
        call = self._flying.get(expected)
        if call is None:
            return  # a late copy: that call was answered
        if frame.payload[0] == GapReason.NO_ROOM:
            self._credit.lower(expected - self._lowest())  # the next answer makes room
        elif self._gap_id == expected and now < self._gap_until:
            return  # already sent again for this; that may still be under way
        self._gap_id, self._gap_until = expected, now + self.timer.timeout(call)
        self._cursor = expected
        self._arm(now)

    def tick(self, now: float, *, blocked: bool) -> bool:
        """Send again what was not answered in time, and tell callers whose time is up.

        `blocked` says that what was sent has not even left, so that another copy would not help.
        Returns true when it is time to ask who is there.
        """
        suspicious = False
        if now >= self.timer.at:
            self._statistics.timeouts += 1
            suspicious = self.timer.fired()
            if blocked:
                self._arm(now)
            else:
                self._rewind(now)
        suspicious |= self.waiting.tick(now, 2 * self._trip.timeout)
        self.waiting.trim(len(self._flying))
        return suspicious

    def fail(self, error: LineError) -> None:
        """Nothing will be answered any more."""
        for call in self.lose():
            call.finish(error if call.idempotent else outcome_unknown(call, error.message))
        self.waiting.fail(error)

    def _lowest(self) -> int:
        """Return the lowest unanswered id."""
        return next(iter(self._flying), self._next)

    def _admit(self, now: float) -> bool:
        """Give the next waiting call an id, if there is one and credit for it."""
        call = self.waiting.take(self._credit, now)
        if call is None:
            return False
        call.boot_id, call.session, call.id = self._boot_id, self._session, self._next
        call.body = CALL_HEAD.pack(0, call.task, self._clock.deadline_ms(call.expires))[1:] + call.args
        self._credit.used += call.wire_bytes
        self._flying[self._next] = call
        self._next += 1
        return True

    def _send(self, call: Call, now: float) -> None:
        if call.times_sent:
            self._out.delimit()
            self._statistics.retries += 1
            self.timer.repeated(call, now)
        for segment, payload in split(bytes((call.id - self._lowest(),)) + call.body):
            self._out.put(FrameType.CALL, call.session, call.id, segment, payload)
        call.times_sent += 1
        if call.times_sent == 1:
            call.sent_at = now
            if call.on_sent is not None:
                call.on_sent(call.boot_id, call.session, call.id)
        if self.timer.at == inf:
            self._arm(now)

    def _rewind(self, now: float) -> None:
        """Send everything unanswered again."""
        self._cursor = self._lowest()
        self.pump(now)
        self._arm(now)

    def _ask_again(self, call: Call, now: float) -> None:
        """Send the last segment of a call that was executed: that alone makes its reply come again."""
        if now < call.asked_again_at + self.timer.timeout(call):
            return
        call.asked_again_at = now
        self.timer.repeated(call, now)
        self._statistics.retries += 1
        segment, payload = split(bytes((call.id - self._lowest(),)) + call.body)[-1]
        self._out.delimit()
        self._out.put(FrameType.CALL, call.session, call.id, segment, payload)

    def _ask_for_lost(self, answered: int, now: float) -> None:
        """Replies come in order: those before `answered` that are missing were lost."""
        for id_, call in self._flying.items():
            if id_ >= answered:
                return
            self._ask_again(call, now)

    def _assemble(self, call: Call, frame: Frame) -> bytes | None:
        if not frame.segment:
            return frame.payload
        if call.reply is None or call.reply_type != frame.type:
            call.reply, call.reply_type = Assembler(), frame.type
        return call.reply.add(frame.segment, frame.payload)

    def _settle(self, call: Call, type_: int, message: bytes, now: float) -> None:
        """Tell the caller what the firmware said."""
        self._statistics.answered += 1
        self._statistics.round_trips.add(now - call.sent_at)
        if type_ == FrameType.RESULT:
            call.finish(message)
            return
        self._statistics.refused += 1
        error = refusal(call, message)
        if isinstance(error, OutcomeUnknown) and call.idempotent and now < call.expires:
            self.waiting.put_back([call])  # executed, its reply gone; once more does no harm
            return
        self._statistics.late += isinstance(error, Late)
        call.finish(error)

    def _arm(self, now: float) -> None:
        """Start the timer of the oldest unanswered call anew."""
        self.timer.arm(None if self.held else self._flying.get(self._lowest()), now)
