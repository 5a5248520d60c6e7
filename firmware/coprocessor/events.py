# SPDX-License-Identifier: Apache-2.0
"""Events on their way to the host: numbered, bounded, never repeated. PROTOCOL.md, 9."""

from struct import pack

import codec
import wire
from frame import PAYLOAD
from micropython import const

DECLARED = const(0)
PROGRESS = const(1)
FINISHED = const(2)
NOTICE = const(3)

LEASE_LOST = const(1)
MADE_SAFE = const(2)
FAULT = const(3)
DISARMED = const(4)

HEAD = const(13)
DEPTH = const(16)


class Events:
    """A short queue; what does not fit is counted, the newest is dropped."""

    def __init__(self, writer, counters, clock):
        self._writer = writer
        self._count = counters
        self._clock = clock
        self._queue = []
        self._scratch = bytearray(PAYLOAD)
        self.restart()

    def restart(self) -> None:
        """A new session begins: the sequence and the drops count from zero."""
        self._queue.clear()
        self._sequence = 0
        self._dropped = 0

    def _queued(self, task: int, what: int, end: int, time_us: int) -> None:
        if len(self._queue) >= DEPTH:
            self._dropped += 1
            self._count.events_dropped += 1
            return
        head = pack("<HQB", task, time_us, what)
        self._queue.append(head + self._scratch[:end])

    def declared(self, task, values, time_us: int) -> None:
        """An event of a task, with the time at which it happened."""
        end = codec.encode(task.event, values, self._scratch, 0, PAYLOAD - HEAD)
        self._queued(task.number, DECLARED, end, time_us)

    def progress(self, task, pid: int, encoded: bytes) -> None:
        """A process went on; `encoded` are its progress fields."""
        self._of_process(task, PROGRESS, pack("<H", pid) + encoded)

    def finished(self, task, pid: int, state: int, encoded: bytes) -> None:
        """A process ended; `encoded` are its results, or text with its length."""
        self._of_process(task, FINISHED, pack("<HB", pid, state) + encoded)

    def _of_process(self, task, what, message) -> None:
        # Longer results are fetched with board.process: the event only says so.
        n = min(len(message), PAYLOAD - HEAD)
        self._scratch[:n] = message[:n]
        self._queued(task.number, what, n, self._clock.us())

    def notice(self, code: int, text: str) -> None:
        """Something happened to the board itself."""
        raw = text.encode()[: PAYLOAD - HEAD - 3]
        message = pack("<BH", code, len(raw)) + raw
        self._scratch[: len(message)] = message
        self._queued(0xFFFF, NOTICE, len(message), self._clock.us())

    def flush(self, session: int) -> None:
        """Send what is queued; without a session nobody listens and it is let go."""
        while self._queue:
            event = self._queue.pop(0)
            if not session:
                continue
            self._sequence += 1
            self._count.events += 1
            message = pack("<H", self._dropped & 0xFFFF) + event
            self._writer.send(wire.EVENT, session, self._sequence, 0, message, 0, len(message))
