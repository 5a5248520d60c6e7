# SPDX-License-Identifier: Apache-2.0
"""The host's end of the line, without a port and without a clock: bytes and times in, bytes and outcomes out.

`now` is the host's monotonic clock in seconds, always passed in. A driver does four things: it hands
over what it read, writes what `take_output` returns, calls `tick` at `wake_at`, and drains `events`.
The parts, each in a file of its own:

    handshake   who is there, which session                 (HELLO, OPEN)
    window      calls: ids, credit, repetition              (CALL, RESULT, REFUSAL, GAP)
    recovery    what became of the calls of a lost session
    lease       proof of progress                           (LEASE)
    pause       silence while the board writes its flash    (PAUSE)
    events      sequence and holes                          (EVENT)
"""

from __future__ import annotations

from collections.abc import Callable
from random import SystemRandom

from phosphene.errors import LineError, VersionMismatch
from phosphene.line.call import Call
from phosphene.line.clock import ClockEstimate
from phosphene.line.events import EventSequence, LineEvent, LinkState, StateChange
from phosphene.line.frame import Frame, FrameReader
from phosphene.line.handshake import Handshake, Phase, Turn
from phosphene.line.lease import LeaseRenewals, Renewal
from phosphene.line.outbox import Outbox
from phosphene.line.pause import Pause
from phosphene.line.recovery import Recovery
from phosphene.line.round_trip import RoundTrip
from phosphene.line.statistics import LinkStatistics
from phosphene.line.window import CallWindow
from phosphene.line.wire import (
    MAJOR,
    MINOR,
    NUMBER_MAX,
    TASK_FIXED_MAX,
    FrameType,
    Hello,
    MalformedMessage,
    RefusalCode,
)

_STATES = {
    Phase.UNPLUGGED: LinkState.DOWN,
    Phase.ASKING: LinkState.CONNECTING,
    Phase.OPENING: LinkState.CONNECTING,
    Phase.OPEN: LinkState.UP,
    Phase.MISMATCH: LinkState.MISMATCH,
}
_random = SystemRandom()


def draw_nonce() -> int:
    """Return a random number that fits the `request` of a frame and is not 0."""
    return _random.randint(1, NUMBER_MAX)


class Session:
    """One line to one board, through all its sessions, resets and unplugged cables.

    `draw` makes nonces: numbers from 1 to 2**30 - 1 that nobody can guess.
    """

    def __init__(self, *, draw: Callable[[], int] = draw_nonce) -> None:
        self.statistics = LinkStatistics()
        self.clock = ClockEstimate()
        self.events: list[LineEvent] = []
        self.out = Outbox(self.statistics)
        self.closed = False
        """True once the firmware confirmed `close`."""
        trip = RoundTrip()
        self._reader = FrameReader()
        self.statistics.received = self._reader.evidence
        self._shake = Handshake(self.out, trip, self.clock, self.statistics, draw)
        self._calls = CallWindow(self.out, trip, self.clock, self.statistics)
        self._recovery = Recovery(self._calls, self.statistics)
        self._lease = LeaseRenewals(self.out, trip, self.clock, self.statistics)
        self._pause = Pause(self.out)
        self._sequence = EventSequence(self.statistics)
        self._told = LinkState.DOWN
        self._dictionary = b""  # hash of the one that callers go by
        self._draw = draw
        self._handlers: dict[int, Callable[[Frame, float], None]] = {
            FrameType.RESULT: self._calls.on_reply,
            FrameType.REFUSAL: self._on_refusal,
            FrameType.GAP: self._calls.on_gap,
            FrameType.LEASED: self._lease.on_leased,
            FrameType.EVENT: self._on_event,
            FrameType.PAUSE: self._on_pause,
            FrameType.RESUME: self._on_resume,
            FrameType.CLOSED: self._on_closed,
        }

    @property
    def hello(self) -> Hello | None:
        """The board's newest hello."""
        return self._shake.hello

    @property
    def state(self) -> LinkState:
        """What a call would find."""
        return LinkState.PAUSED if self._pause.active else _STATES[self._shake.phase]

    @property
    def trouble(self) -> str:
        """Why the line is not up, or what last brought it up."""
        return self._shake.reason

    @property
    def mid_frame(self) -> bool:
        """True when the newest bytes from the port are the beginning of a frame."""
        return self._reader.mid_frame

    @property
    def wake_at(self) -> float:
        """When `tick` may have something to do; inf for never."""
        if self._pause.active:
            return self._pause.ends_at
        return min(self._calls.wake_at, self._shake.wake_at, self._lease.wake_at)

    def connected(self, now: float, *, seconds_per_byte: float = 0.0) -> None:
        """The port was opened: say hello. On a slow line, `seconds_per_byte` lengthens the time-outs."""
        self._calls.timer.seconds_per_byte = seconds_per_byte
        self._reader.restart()
        self._turn(self._shake.connect(now), now)

    def disconnected(self, now: float, reason: str) -> None:
        """The port is gone. Calls wait for its return, as long as their time allows."""
        self.statistics.disconnects += 1
        self._turn(self._shake.disconnect(reason), now)
        self.out.clear()

    def submit(self, call: Call, now: float) -> None:
        """Send a call, now or as soon as possible; its `settle` hears the outcome."""
        self.statistics.calls += 1
        if self._shake.phase is Phase.MISMATCH:
            call.finish(self._mismatch())
        else:
            self._calls.submit(call, now)

    def withdraw(self, call: Call) -> None:
        """The caller went away. What was written is still seen through to its answer."""
        self._calls.waiting.withdraw(call)

    def renew(self, renewal: Renewal, now: float) -> None:
        """Renew the lease; only the newest renewal is ever repeated."""
        if self._shake.phase is Phase.MISMATCH:
            renewal.settle(self._mismatch())
        else:
            self._lease.renew(renewal, now)

    def receive(self, data: bytes, now: float) -> None:
        """Take what came from the port, however it was cut."""
        for item in self._reader.feed(data):
            if type(item) is Frame:
                try:
                    self._on_frame(item, now)
                except MalformedMessage:
                    self.statistics.malformed += 1
        self._calls.pump(now)

    def tick(self, now: float, *, blocked: bool = False) -> None:
        """Do what is due. `blocked` says that bytes handed out earlier have not left yet."""
        if self._pause.active:
            if self._pause.tick(now):
                self._release(now)
            return
        self._turn(self._shake.tick(now, blocked=blocked, patience=self._calls.longest), now)
        if self._calls.tick(now, blocked=blocked):
            self._shake.suspect(now)
        self._lease.tick(now, blocked=blocked)

    def close(self, now: float, error: LineError) -> None:
        """Tell the firmware that this host leaves, and everybody who waits that it did."""
        if self._shake.phase is Phase.OPEN:
            self.out.put(FrameType.CLOSE, self._shake.session, self._draw())
        self._calls.hold(error.message)
        self._calls.fail(error)
        self._lease.hold()
        self._lease.fail(error)

    def _on_frame(self, frame: Frame, now: float) -> None:
        kind = frame.type
        if kind == FrameType.WELCOME:
            self._turn(self._shake.on_welcome(frame, now), now)
        elif kind == FrameType.OPENED:
            self._turn(self._shake.on_opened(frame, now), now)
        elif frame.session == self._shake.session != 0:
            handler = self._handlers.get(kind)
            if handler is None:
                raise MalformedMessage(f"no such type: {kind:#x}")
            handler(frame, now)
        elif kind == FrameType.REFUSAL and frame.session == 0:
            self._turn(self._shake.on_stale(frame, now), now)
        else:
            self.statistics.stale_frames += 1

    def _on_refusal(self, frame: Frame, now: float) -> None:
        if frame.payload[:1] == bytes((RefusalCode.NO_SESSION,)):
            self._turn(self._shake.session_lost(now), now)
        else:
            self._calls.on_reply(frame, now)

    def _on_event(self, frame: Frame, _now: float) -> None:
        self.events += self._sequence.take(frame)

    def _on_pause(self, frame: Frame, now: float) -> None:
        if self._pause.on_pause(frame, now):
            self.statistics.pauses += 1
            self._calls.hold("the board writes its flash")
            self._lease.hold()
            self._tell("the board writes its flash")

    def _on_resume(self, frame: Frame, now: float) -> None:
        if self._pause.on_resume(frame):
            self._release(now)

    def _on_closed(self, _frame: Frame, _now: float) -> None:
        self.closed = True

    def _release(self, now: float) -> None:
        """Let calls and renewals flow again, if the line is up."""
        if self._shake.phase is Phase.OPEN and not self._pause.active:
            self._calls.release(now)
            self._lease.release(now)
        self._tell("the session goes on")

    def _turn(self, turn: Turn, now: float) -> None:
        """Do for calls and lease what a change of the handshake asks for."""
        if turn is Turn.NONE:
            return
        if turn is Turn.RESUMED:
            self._release(now)
            return
        if turn is Turn.OPENED:
            self._open(now)
            return
        self._pause.end()
        self._calls.hold(self._shake.reason)
        self._lease.hold()
        if turn is Turn.MISMATCH:
            self._calls.fail(self._mismatch())
            self._lease.fail(self._mismatch())
        self._tell(self._shake.reason)

    def _open(self, now: float) -> None:
        hello = self._shake.hello
        assert hello is not None
        self._pause.forget()
        self._sequence.open()
        self._recovery.begin(hello.boot_id, self._shake.reason, now)
        self._refuse_renumbered(hello)
        self._calls.open(hello.boot_id, self._shake.session, hello)
        self._calls.release(now)
        self._lease.open(self._shake.session, now)
        self._tell(self._shake.reason, always=True)

    def _refuse_renumbered(self, hello: Hello) -> None:
        """Numbers of tasks mean what one dictionary says: calls made by the one before must not reach this board."""
        before, self._dictionary = self._dictionary, hello.dictionary_hash
        if before and before != hello.dictionary_hash:
            error = VersionMismatch.renumbered(before, hello.dictionary_hash, place=f"board {hello.board}")
            self._calls.waiting.fail(error, above=TASK_FIXED_MAX)

    def _tell(self, reason: str, *, always: bool = False) -> None:
        if self.state is not self._told or always:
            self._told = self.state
            self.events.append(StateChange(self.state, self._shake.hello, reason))

    def _mismatch(self) -> VersionMismatch:
        hello = self._shake.hello
        assert hello is not None
        return VersionMismatch.between(f"{MAJOR}.{MINOR}", f"{hello.major}.{hello.minor}", place=f"board {hello.board}")
