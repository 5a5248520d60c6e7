# SPDX-License-Identifier: Apache-2.0
"""A client's calls under way: slots, time-outs, and what is known of each when the broker is gone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from phosphene.errors import Late, LineError, OutcomeUnknown
from phosphene.line.broker import failure
from phosphene.line.broker.journal import Sent, SentJournal
from phosphene.line.broker.messages import CALL, CANCEL, FAILED, RESULT, SLOTS, Kind, pack, split

GRACE_S = 5.0
"""A broker that lives answers in time; this long after, its client stops to wait for one that hangs."""
_LOOK_S = 0.02
"""How often calls under way are looked at for their time-outs: cheaper than a timer for each."""


@dataclass(slots=True, eq=False)
class ClientCall:
    """One call. `expires` is host time and `longest` the task's longest run time, both in seconds."""

    task: int
    args: bytes
    expires: float
    idempotent: bool
    longest: float
    dictionary: bytes
    answer: asyncio.Future[bytes]
    on_sent: Callable[[int, int, int], None] | None = None
    slot: int = -1
    serial: int = 0
    sent: Sent | None = None
    """How the last broker sent it; known when that broker is gone."""
    inquiry: bool = False
    """True for a question of our own about another call."""

    def settle(self, outcome: bytes | LineError) -> None:
        """Tell the caller, if it still waits."""
        if not self.answer.done():
            if isinstance(outcome, LineError):
                self.answer.set_exception(outcome)
            else:
                self.answer.set_result(outcome)

    def unanswered(self, why: str) -> LineError:
        """Return the error for a call that will get no answer, by what is known of it."""
        if self.sent is None:
            return Late(f"its time was up before it was sent: {why}", place=f"task {self.task}")
        if self.idempotent:
            return Late(f"no answer came in time: {why}", place=f"task {self.task}")
        return self.unknown(why)

    def unknown(self, why: str, *, executed: bool = False, pid: int = 0) -> OutcomeUnknown:
        """Return the error for a call that was sent and whose answer is lost."""
        assert self.sent is not None
        boot_id, session, request = self.sent
        return OutcomeUnknown(
            why,
            boot_id=boot_id,
            session=session,
            request=request,
            task=self.task,
            executed=executed,
            pid=pid,
            place=f"task {self.task}, boot {boot_id:#x}, session {session:#x}, request {request}",
            cure="its effect happened once, do not repeat it blindly"
            if executed
            else "it ran at most once; look at the device or ask board.outcome before doing it again",
        )


class CallTable:
    """Hands calls to the broker in order, as far as there are slots; `write` puts a message on the socket."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.held = True
        """True while the callers' calls must wait: no broker, or calls before them are still looked into."""
        self.trouble = ""
        self._write = write
        self._loop = asyncio.get_running_loop()
        self._free = list(range(SLOTS))
        self._serial = 0
        self._waiting: deque[ClientCall] = deque()
        self._given: dict[int, ClientCall] = {}  # by slot, with the broker
        self.lost: list[ClientCall] = []
        """What a dead broker had, in order, until it is known what became of it."""
        self._journal: SentJournal | None = None
        self._timer: asyncio.TimerHandle | None = None

    def submit(self, call: ClientCall) -> None:
        """Take a call at the end of the queue."""
        self._watch()
        if self.held or self._waiting or not self._free:
            self._waiting.append(call)
        else:
            self._give(call)

    def ask(self, call: ClientCall) -> None:
        """Give the broker an inquiry of our own, ahead of all callers."""
        self._watch()
        self._give(call)

    def cancel(self, call: ClientCall) -> None:
        """The caller went away."""
        if self._given.get(call.slot) is call:
            self._take_back(call)
            self.pump()
        elif call in self._waiting:
            self._waiting.remove(call)

    def pump(self) -> None:
        """Give the broker what may be given."""
        while self._waiting and self._free and not self.held:
            call = self._waiting.popleft()
            if not call.answer.done():
                self._give(call)

    def on_result(self, payload: bytes) -> None:
        """Take a RESULT. Raises Malformed."""
        (slot, serial, *sent), results = split(RESULT, payload)
        call = self._answered(slot, serial)
        if call is not None:
            if call.on_sent is not None:
                call.on_sent(*sent)
            call.settle(results)
            self.pump()

    def on_failed(self, payload: bytes) -> None:
        """Take a FAILED. Raises Malformed."""
        (slot, serial), error = split(FAILED, payload)
        call = self._answered(slot, serial)
        if call is not None:
            call.settle(failure.unpack(error))
            self.pump()

    def attached(self, journal: SentJournal) -> None:
        """A new broker is there, with the journal that it keeps for us."""
        self._journal = journal

    def lose(self) -> None:
        """The broker is gone: what it had is `lost`, in order, with `sent` set from the journal that it left."""
        given = sorted(self._given.values(), key=lambda call: call.serial)
        self._given.clear()
        self._free = list(range(SLOTS))
        for call in given:
            if self._journal is not None:
                call.sent = self._journal.find(call.slot, call.serial)
            call.slot = -1
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        self.lost += [call for call in given if not call.inquiry]

    def put_back(self, calls: list[ClientCall]) -> None:
        """Everything is known about what was `lost`: let these of it be the next, in this order, and go on."""
        self.lost.clear()
        for call in reversed(calls):
            call.sent = None
            self._waiting.appendleft(call)
        self.held = False
        self.pump()

    def fail(self, error: LineError, *, final: bool) -> None:
        """Nothing will be answered any more: what was surely never sent gets `error`.

        `final` says that the broker sends nothing more either. If it may, nobody can know of the calls that it has.
        """
        self.held = True
        self.lose()
        for call in self.lost:
            if call.sent is None and not final:
                call.sent = Sent(0, 0, 0)
            call.settle(error if call.sent is None or call.idempotent else call.unknown(error.message))
        for call in self._waiting:
            call.settle(error)
        self.lost.clear()
        self._waiting.clear()

    def _give(self, call: ClientCall) -> None:
        call.slot = self._free.pop()
        self._serial = self._serial % 0xFFFFFFFF + 1
        call.serial = self._serial
        self._given[call.slot] = call
        head = CALL.pack(
            call.slot,
            call.serial,
            call.task,
            call.idempotent,
            round(call.longest * 1000),
            call.expires,
            call.dictionary,
        )
        self._write(pack(Kind.CALL, head, call.args))

    def _answered(self, slot: int, serial: int) -> ClientCall | None:
        """Return the call that an answer is for, and free its slot; None if nobody waits any more."""
        call = self._given.get(slot)
        if call is None or call.serial != serial:
            return None
        del self._given[slot]
        self._free.append(slot)
        return call

    def _take_back(self, call: ClientCall) -> None:
        del self._given[call.slot]
        self._free.append(call.slot)
        self._write(pack(Kind.CANCEL, CANCEL.pack(call.slot, call.serial)))

    def _watch(self) -> None:
        if self._timer is None:
            self._timer = self._loop.call_later(_LOOK_S, self._look)

    def _look(self) -> None:
        """Settle the calls whose time is up. A broker answers such calls itself, unless it hangs or is gone."""
        self._timer = None
        now = self._loop.time()
        for call in [call for call in (*self.lost, *self._waiting) if call.expires <= now]:
            (self._waiting if call in self._waiting else self.lost).remove(call)
            call.settle(call.unanswered(self.trouble or "others were before it"))
        for call in [call for call in self._given.values() if call.expires + call.longest + GRACE_S <= now]:
            call.sent = self._journal.find(call.slot, call.serial) if self._journal is not None else None
            self._take_back(call)
            call.settle(call.unanswered("the broker does not answer"))
            self.pump()
        if self.lost or self._waiting or self._given:
            self._watch()
