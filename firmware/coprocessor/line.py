# SPDX-License-Identifier: Apache-2.0
"""The dispatcher: every frame that arrives, and everything that leaves."""

import wire
from calls import Calls
from events import Events
from frame import HEADER, LENGTH, MAJOR, REQUEST, SESSION, TYPE, VERSION, Reader, Writer
from pause import Pauses
from process import Processes
from replies import Replies
from session import Sessions
from struct import pack, unpack_from


class Limits:
    """What the host is told about this board's buffers."""

    window = 8  # calls unanswered
    rx_budget = 4096  # bytes on the wire unanswered
    max_message = 2048  # bytes
    replies = 8192  # bytes kept for retries


class Line:
    """Ties the parts of the protocol to one port."""

    def __init__(self, port, boot_id, identity, registry, safety, status, counters, clock):
        self.counters = counters
        self.clock = clock
        self._safety = safety
        self._lease_number = 0
        self.reader = Reader(port, self.counters)
        self.writer = Writer(port, self.counters, clock)
        self.sessions = Sessions(self.writer, boot_id, identity, Limits, status, clock)
        self.events = Events(self.writer, self.counters, clock)
        self.pauses = Pauses(self.writer, self.sessions, clock, safety)
        self.processes = Processes(self.events, clock, self.pauses)
        replies = Replies(Limits.replies, Limits.window + 4, Limits.max_message)
        self.calls = Calls(self, registry, self.processes, replies, Limits.max_message)

    def receive(self) -> None:
        """Handle one chunk of what the port holds.

        Not all of it: a host that sends without a pause must not keep the
        dispatcher from its processes, its events and its watchdog.
        """
        reader = self.reader
        if reader.fill():
            while reader.next():
                self._handle(reader.head)

    def _handle(self, head) -> None:
        kind = head[TYPE]
        if kind == wire.HELLO:
            self.sessions.welcome(head[REQUEST])
        elif head[MAJOR] != VERSION:
            return
        elif kind == wire.OPEN:
            if head[LENGTH] == 4 and self.sessions.open(self.reader):
                self.calls.restart()
                self.events.restart()
                self._lease_number = 0
        elif kind == wire.CLOSE:
            self.sessions.close(self.reader)
        elif head[SESSION] != self.sessions.current or not self.sessions.current:
            self._no_session(head)
        elif kind == wire.CALL:
            self.calls.take()
        elif kind == wire.LEASE:
            self._lease(head)
        elif kind == wire.PAUSED:
            self.pauses.answered(head[REQUEST])

    def _no_session(self, head) -> None:
        text = b"\x0athis session is not open; say HELLO"
        self.writer.send(wire.REFUSAL, head[SESSION], head[REQUEST], 0, text, 0, len(text))

    def _lease(self, head) -> None:
        if head[LENGTH] != 12:
            return
        if head[REQUEST] <= self._lease_number:
            return  # a late copy: its counters are old, and would look like another host's
        self._lease_number = head[REQUEST]
        verdict, left = self._safety.renew(unpack_from("<III", self.reader.body, HEADER))
        message = pack("<BHQ", verdict, min(left, 0xFFFF), self.clock.us())
        self.writer.send(wire.LEASED, head[SESSION], head[REQUEST], 0, message, 0, 11)
