# SPDX-License-Identifier: Apache-2.0
"""Who is there, and may we speak: HELLO and OPEN (PROTOCOL.md, sections 3 and 4), without clocks or ports.

The same HELLO opens a line, asks what became of a board that fell silent, and, every few seconds,
samples its clock. Only an answer to a question of ours is believed: a WELCOME that comes unasked
may be a delayed copy from an earlier boot, so it makes us ask.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from math import inf
from typing import Final

from phosphene.line.clock import ClockEstimate
from phosphene.line.frame import Frame
from phosphene.line.outbox import Outbox
from phosphene.line.round_trip import RoundTrip
from phosphene.line.statistics import LinkStatistics
from phosphene.line.wire import HELLO, MAJOR, MINOR, U32, FrameType, Hello, HelloFlags

_REPEAT_S: Final = 0.050
_REPEAT_MAX_S: Final = 0.5
_HEARTBEAT_S: Final = 5.0
_SILENT_AFTER: Final = 4
"""HELLOs without an answer until an open session counts as interrupted."""
_OPENS_MAX: Final = 5
"""OPENs without an answer until we say HELLO again."""
_NONCES_KEPT: Final = 8


class Phase(Enum):
    """How far the two ends have come."""

    UNPLUGGED = auto()
    ASKING = auto()
    OPENING = auto()
    OPEN = auto()
    MISMATCH = auto()


class Turn(Enum):
    """What an input changed for the calls."""

    NONE = auto()
    HELD = auto()
    """Calls must wait: nobody answers, or the session is gone."""
    RESUMED = auto()
    """The session that we had goes on."""
    OPENED = auto()
    """A new session; what was unanswered belongs to the one before."""
    MISMATCH = auto()


class Handshake:
    """Keeps `hello` and `session` true. Each input returns the Turn that it caused."""

    def __init__(
        self,
        out: Outbox,
        trip: RoundTrip,
        clock: ClockEstimate,
        statistics: LinkStatistics,
        draw: Callable[[], int],
    ) -> None:
        self.phase = Phase.UNPLUGGED
        self.hello: Hello | None = None
        self.session = 0
        self.wake_at = inf
        self.reason = "not connected"
        self._out = out
        self._trip = trip
        self._clock = clock
        self._statistics = statistics
        self._draw = draw
        self._asked: dict[int, float] = {}  # nonces of HELLOs without an answer, and when they left
        self._tries = 0
        self._asking_since = 0.0
        self._open_nonce = 0

    def connect(self, now: float) -> Turn:
        """The port is there."""
        return self._hold(now, "saying hello")

    def disconnect(self, reason: str) -> Turn:
        """The port is gone; the session may outlive it."""
        self.phase, self.reason, self.wake_at = Phase.UNPLUGGED, reason, inf
        self._asked.clear()
        return Turn.HELD

    def ask(self, now: float) -> None:
        """Say HELLO now, and again until somebody answers."""
        if self.phase in (Phase.ASKING, Phase.OPEN, Phase.MISMATCH):
            self._tries = 0
            self._say_hello(now)

    def suspect(self, now: float) -> None:
        """Ask, unless we are asking already."""
        if self.phase is Phase.OPEN and not self._tries:
            self.ask(now)

    def session_lost(self, now: float) -> Turn:
        """The firmware refused our session: ask whether it booted."""
        return self._hold(now, "the session is gone") if self.phase is Phase.OPEN else Turn.NONE

    def tick(self, now: float, *, blocked: bool, patience: float) -> Turn:
        """Repeat what got no answer. `blocked` says that earlier bytes have not left yet.

        For `patience` seconds the board may be busy with a task and is not thought to be gone.
        """
        if now < self.wake_at:
            return Turn.NONE
        if self.phase is Phase.OPENING and self._tries < _OPENS_MAX:
            self._say_open(now, blocked=blocked)
            return Turn.NONE
        if self.phase is Phase.OPENING:
            return self._hold(now, "the board does not open a session")
        if self._tries >= _SILENT_AFTER and self.phase is Phase.OPEN and now >= self._asking_since + patience:
            return self._hold(now, self._why_silent())
        self._say_hello(now, blocked=blocked)
        return Turn.NONE

    def on_welcome(self, frame: Frame, now: float) -> Turn:
        """Take a WELCOME. Raises MalformedMessage."""
        hello = Hello.decode(frame.payload)
        if frame.request == 0:
            self.ask(now)
            return Turn.NONE
        sent = self._asked.get(frame.request)
        if sent is None:
            self._statistics.duplicates += 1
            return Turn.NONE
        rebooted = self.hello is not None and hello.boot_id != self.hello.boot_id
        if rebooted:
            self._statistics.resets_seen += 1
            self._clock.restart()
        if self._tries == 1:
            self._trip.sample(now - sent)
        self._clock.sample(sent, now, hello.time_us)
        self._asked.clear()
        self._tries = 0
        self.wake_at = now + _HEARTBEAT_S
        self.hello = hello
        if hello.major != MAJOR:
            known, self.phase = self.phase is Phase.MISMATCH, Phase.MISMATCH
            self.reason = f"the board speaks protocol {hello.major}.{hello.minor}"
            return Turn.NONE if known else Turn.MISMATCH
        if self.session and hello.session == self.session and not rebooted:
            resumed, self.phase = self.phase is not Phase.OPEN, Phase.OPEN
            return Turn.RESUMED if resumed else Turn.NONE
        self.reason = f"the board was reset ({hello.cause})" if rebooted else "a new session"
        self.phase, self.session = Phase.OPENING, 0
        self._open_nonce = self._draw()
        self._say_open(now)
        return Turn.HELD

    def on_opened(self, frame: Frame, now: float) -> Turn:
        """Take an OPENED; one that answers nothing is a copy."""
        if self.phase is not Phase.OPENING or frame.request != self._open_nonce or not frame.session:
            self._statistics.duplicates += 1
            return Turn.NONE
        assert self.hello is not None
        if frame.payload != U32.pack(self.hello.boot_id):
            return self._hold(now, "the board was reset while a session was opened")
        self.phase, self.session = Phase.OPEN, frame.session
        self._tries = 0
        self.wake_at = now + _HEARTBEAT_S
        self._statistics.sessions += 1
        return Turn.OPENED

    def on_stale(self, frame: Frame, now: float) -> Turn:
        """Our challenge was spent, or of another boot: ask for a new one."""
        if self.phase is Phase.OPENING and frame.request == self._open_nonce:
            return self._hold(now, self.reason)
        return Turn.NONE

    def _why_silent(self) -> str:
        if self.hello is not None and self.hello.flags & HelloFlags.MAINTENANCE:
            return "the board is in maintenance (Ctrl-D in its REPL starts the firmware again)"
        return "the board does not answer"

    def _silence(self) -> str:
        if self.hello is not None and self.hello.flags & HelloFlags.MAINTENANCE:
            return "the board is in maintenance: its REPL has the interpreter"
        return "the board does not answer"

    def _hold(self, now: float, reason: str) -> Turn:
        self.phase, self.reason = Phase.ASKING, reason
        self._asked.clear()
        self.ask(now)
        return Turn.HELD

    def _say_hello(self, now: float, *, blocked: bool = False) -> None:
        if not blocked:
            nonce = self._draw()
            self._asked[nonce] = now
            if len(self._asked) > _NONCES_KEPT:
                del self._asked[next(iter(self._asked))]
            self._out.delimit()
            self._out.put(FrameType.HELLO, 0, nonce, 0, HELLO.pack(MAJOR, MINOR))
        self._wait(now)

    def _say_open(self, now: float, *, blocked: bool = False) -> None:
        assert self.hello is not None
        if not blocked:
            self._out.delimit()
            self._out.put(FrameType.OPEN, 0, self._open_nonce, 0, U32.pack(self.hello.challenge))
        self._wait(now)

    def _wait(self, now: float) -> None:
        if not self._tries:
            self._asking_since = now
        self.wake_at = now + min(_REPEAT_MAX_S, max(_REPEAT_S, self._trip.timeout) * (1 << min(self._tries, 8)))
        self._tries += 1
