# SPDX-License-Identifier: Apache-2.0
"""Flash pauses: the host falls silent before interrupts stop. PROTOCOL.md, section 11."""

from struct import pack

import wire
from micropython import const

REPEAT_MS = const(20)
GIVE_UP_MS = const(100)


class Pauses:
    """One pause at a time: begin, wait until ready, write, end."""

    def __init__(self, writer, sessions, clock, safety):
        self._writer = writer
        self._safety = safety
        self._sessions = sessions
        self._clock = clock
        self._id = 0
        self._open = False
        self._answered = False
        self._longest = b""
        self._began = 0
        self._sent = 0

    def check(self, longest_ms: int) -> None:
        """Raise the Refusal that such a pause would get now: an armed board's dead-man bounds it."""
        self._safety.check_pause(longest_ms)

    def begin(self, longest_ms: int) -> bool:
        """Ask the host for silence; false while another's pause is open."""
        if self._open:
            return False
        self._id += 1
        self._open = True
        self._answered = not self._sessions.current
        self._longest = pack("<H", longest_ms)
        self._began = self._clock.ms()
        self._ask()
        return True

    def _ask(self) -> None:
        self._sent = self._clock.ms()
        if self._sessions.current:
            self._writer.send(wire.PAUSE, self._sessions.current, self._id, 0, self._longest, 0, 2)

    def answered(self, pause_id: int) -> None:
        """The host says that it is silent."""
        if pause_id == self._id:
            self._answered = True

    def ready(self) -> bool:
        """True when the line is quiet, or nobody answers and so nobody sends."""
        now = self._clock.ms()
        if self._answered or now - self._began >= GIVE_UP_MS:
            return True
        if now - self._sent >= REPEAT_MS:
            self._ask()
        return False

    def end(self) -> None:
        """The line is open again."""
        if self._open and self._sessions.current:
            self._writer.send(wire.RESUME, self._sessions.current, self._id)
        self._open = False
