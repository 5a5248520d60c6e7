# SPDX-License-Identifier: Apache-2.0
"""Calls: in order, each at most once, replies kept for retries. PROTOCOL.md, section 5."""

import codec
import crash
import micropython
import sys
import wire
from array import array
from frame import HEADER, LENGTH, MORE, PAYLOAD, REQUEST, SEGMENT, copy
from micropython import const
from refusal import BAD_ARGUMENT, LATE, TASK_FAULT, TOO_LARGE, Refusal

CALL_HEAD = const(7)
GAP_MS = const(10)

# Slots of the parsed call head
BACK = const(0)
TASK = const(1)
EXPIRED = const(2)


@micropython.viper
def _read_call(buf: ptr8, pos: int, now_ms: int, head: ptr32):
    head[0] = buf[pos]
    head[1] = buf[pos + 1] | buf[pos + 2] << 8
    deadline = buf[pos + 3] | buf[pos + 4] << 8 | buf[pos + 5] << 16 | buf[pos + 6] << 24
    # Both count milliseconds modulo 2**32: the sign of the difference decides.
    head[2] = 0
    if deadline != 0:
        head[2] = ((deadline - now_ms) >> 31) & 1


class Calls:
    """Takes CALL frames to `execute` and answers them."""

    def __init__(self, line, registry, processes, replies, largest: int):
        self._line = line
        self._registry = registry
        self._processes = processes
        self._replies = replies
        self._largest = largest
        self._message = bytearray(largest)
        self._message_view = memoryview(self._message)
        self._body_view = memoryview(line.reader.body)
        self._head = array("i", (0, 0, 0))
        self._values = []
        self.restart()

    def restart(self) -> None:
        """A new session begins: nothing is half received, no reply is kept."""
        self._replies.clear()
        self._drop_segments()
        self._gap_id = 0
        self._gap_at = 0

    def _drop_segments(self) -> None:
        self._have = 0  # one bit per segment
        self._want = -1  # all bits, known from the last segment
        self._length = 0

    def take(self) -> None:
        """Handle the CALL frame in the reader."""
        line = self._line
        head = line.reader.head
        sessions = line.sessions
        request = head[REQUEST]
        if request <= sessions.high:
            if not head[MORE]:
                line.counters.duplicates += 1
                self._repeat(request)
        elif request > sessions.high + 1:
            self._gap(sessions.high + 1, wire.OUT_OF_ORDER)
        elif head[MORE] or head[SEGMENT]:
            self._collect(request)
        else:
            self._run(request, line.reader.body, self._body_view, HEADER, HEADER + head[LENGTH])

    def _gap(self, expected: int, reason: int) -> None:
        line = self._line
        now = line.clock.ms()
        if self._gap_id == expected and now - self._gap_at < GAP_MS:
            return
        self._gap_id, self._gap_at = expected, now
        line.counters.gaps += 1
        line.writer.send(wire.GAP, line.sessions.current, expected, 0, bytes((reason,)), 0, 1)

    def _collect(self, request: int) -> None:
        reader = self._line.reader
        head = reader.head
        at = head[SEGMENT] * PAYLOAD
        n = head[LENGTH]
        if at + n > self._largest or (head[MORE] and n != PAYLOAD):
            self._drop_segments()
            if not head[MORE]:
                self._refuse(
                    request,
                    Refusal(TOO_LARGE, "a message holds %d bytes" % self._largest),
                )
            return
        copy(reader.body, HEADER, n, self._message, at)
        self._have |= 1 << head[SEGMENT]
        if not head[MORE]:
            self._want = (2 << head[SEGMENT]) - 1
            self._length = at + n
        if self._have == self._want:
            length = self._length
            self._drop_segments()
            self._run(request, self._message, self._message_view, 0, length)

    def _run(self, request, buf, view, pos, end) -> None:
        head = self._head
        line = self._line
        if end - pos < CALL_HEAD:
            self._refuse(request, Refusal(BAD_ARGUMENT, "the call's head is cut short"))
            return
        _read_call(buf, pos, line.clock.ms(), head)
        replies = self._replies
        replies.release(request - head[BACK])
        if not replies.room():
            self._gap(request, wire.NO_ROOM)
            return
        if head[EXPIRED]:
            line.counters.late += 1
            self._refuse(request, Refusal(LATE, "its time was up before it could start"))
            return
        try:
            kind, stop = wire.RESULT, self._execute(request, buf, view, pos + CALL_HEAD, end)
        except Refusal as refusal:
            self._refuse(request, refusal)
        except Exception as fault:  # a task's own mistake must not stop the others
            sys.print_exception(fault)
            self._refuse(request, Refusal(TASK_FAULT, repr(fault)[:150]))
        else:
            line.counters.executed += 1
            self._reply(request, kind, stop)

    def _execute(self, request, buf, view, pos, end) -> int:
        task = self._registry.task(self._head[TASK])
        crash.during = task.name
        values = self._values
        values.clear()
        codec.decode(task.args, buf, view, pos, end, values)
        replies = self._replies
        at = replies.at
        if task.process:
            pid = self._processes.start(task, values, self._line.sessions.current, request)
            replies.buf[at] = pid & 0xFF
            replies.buf[at + 1] = pid >> 8
            return at + 2
        results = task.function(*values)
        return codec.encode(task.results, results or (), replies.buf, at, at + self._largest)

    def _refuse(self, request, refusal) -> None:
        if not self._replies.room():
            self._gap(request, wire.NO_ROOM)
            return
        self._line.counters.refused += 1
        buf = self._replies.buf
        at = self._replies.at
        text = refusal.text.encode()[:160]
        buf[at] = refusal.code
        buf[at + 1 : at + 1 + len(text)] = text
        self._reply(request, wire.REFUSAL, at + 1 + len(text))

    def _reply(self, request, kind, stop) -> None:
        self._line.sessions.high = request
        self._send(self._replies.keep(request, kind, stop), request)

    def _repeat(self, request) -> None:
        slot = self._replies.find(request)
        if slot >= 0:
            self._send(slot, request)
            return
        text = b"\x06executed, but its reply was let go"
        line = self._line
        line.writer.send(wire.REFUSAL, line.sessions.current, request, 0, text, 0, len(text))

    def _send(self, slot, request) -> None:
        replies = self._replies
        start, end, kind = replies.start(slot), replies.end(slot), replies.kind(slot)
        session = self._line.sessions.current
        send = self._line.writer.send
        segment = 0
        while end - start > PAYLOAD:
            send(kind, session, request, segment | 0x80, replies.buf, start, PAYLOAD)
            start += PAYLOAD
            segment += 1
        send(kind, session, request, segment, replies.buf, start, end - start)
