# SPDX-License-Identifier: Apache-2.0
"""The firmware's end of the line as PROTOCOL.md describes it, as plainly as it can be said: a peer for property tests.

It shares no code with the host's end (its COBS and frames are the golden vectors' generator) and none
with the real firmware, which is tested elsewhere. Its effects outlive a reset, as those in the world do.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.line.make_vectors import TYPES, le, welcome, wire

HELLO, OPEN, CALL, LEASE, PAUSED, CLOSE = (
    TYPES[n] for n in ("HELLO", "OPEN", "CALL", "LEASE", "PAUSED", "CLOSE")
)  # fmt: skip

ECHO, EFFECT, REFUSE, STORE, REPLY_OF = 10, 11, 12, 13, 14
"""Tasks of the model beside the fixed ones: give back, have an effect and number it, refuse as BUSY,
store and tell the length, answer with so many bytes."""


def naive_uncobs(data: bytes) -> bytes | None:
    out = bytearray()
    at = 0
    while at < len(data):
        code = data[at]
        if code == 0 or at + code > len(data):
            return None
        out += data[at + 1 : at + code]
        at += code
        if code < 255 and at < len(data):
            out.append(0)
    return bytes(out)


def number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")


@dataclass
class World:
    """What happened outside, whatever became of the board's memory: (boot, session, request, task, args)."""

    effects: list[tuple[int, int, int, int, bytes]] = field(default_factory=list)


class ModelFirmware:
    """Feed `receive`, read what it puts into `sent`, call `reset`. Times are seconds."""

    def __init__(
        self,
        world: World,
        *,
        seed: int = 0,
        window: int = 8,
        rx_budget: int = 4096,
        max_message: int = 2048,
        reply_room: int = 8192,
        major: int = 1,
    ) -> None:
        self.world = world
        self.window, self.rx_budget, self.max_message, self.reply_room = window, rx_budget, max_message, reply_room
        self.major = major
        self.flags = 0
        self.random = Random(seed)
        self.sent = bytearray()
        self.now = 0.0
        self.before_effect: Callable[[], None] | None = None
        self.after_effect: Callable[[], None] | None = None
        self.boot(0.0, cause=1)

    def draw(self) -> int:
        return self.random.randint(1, (1 << 30) - 1)

    def boot(self, now: float, cause: int) -> None:
        self.booted_at = self.now = now
        self.cause = cause
        self.boot_id, self.challenge = self.draw(), self.draw()
        self.spent: tuple[int, int] | None = None  # challenge and nonce of the OPEN that opened the session
        self.session, self.high = 0, 0
        self.old_session, self.old_high = 0, 0
        self.rest = b""
        self.begin_session()
        self.paused = 0
        self.send("WELCOME", 0, 0, self.hello())

    def begin_session(self) -> None:
        self.replies: dict[int, tuple[str, bytes]] = {}
        self.parts: dict[int, bytes] = {}
        self.last_part = -1
        self.gap_at: dict[int, float] = {}
        self.sequence = 0
        self.leases: list[tuple[int, int, int]] = []

    def reset(self, now: float) -> None:
        self.sent.clear()
        self.boot(now, cause=2)

    def time_us(self) -> int:
        return int((self.now - self.booted_at) * 1e6)

    def hello(self) -> bytes:
        return welcome(
            {
                "major": self.major, "minor": 0, "flags": self.flags, "boot_id": self.boot_id,
                "challenge": self.challenge,
                "session": self.session, "reset_cause": self.cause, "window": self.window,
                "rx_budget": self.rx_budget, "max_message": self.max_message, "last_fault": 0,
                "time_us": self.time_us(), "firmware_hash": "00" * 8, "dictionary_hash": "11" * 8,
                "dictionary_length": 0, "board": "model", "unique_id": "0102",
            }
        )  # fmt: skip

    def send(self, kind: str, session: int, request: int, message: bytes = b"") -> None:
        pieces = [message[at : at + 192] for at in range(0, max(1, len(message)), 192)]
        for index, piece in enumerate(pieces):
            more = 0x80 if index < len(pieces) - 1 else 0
            self.sent += wire(TYPES[kind], session, request, index | more, piece, version=self.major)

    def event(self, task: int, fields: bytes, *, dropped: int = 0) -> None:
        self.sequence += 1
        payload = le(dropped, 2) + le(task, 2) + le(self.time_us(), 8) + b"\0" + fields
        self.send("EVENT", self.session, self.sequence, payload)

    def pause(self, longest_ms: int, pause_id: int = 0) -> None:
        self.paused = pause_id or self.draw()
        self.send("PAUSE", self.session, self.paused, le(longest_ms, 2))

    def resume(self) -> None:
        self.send("RESUME", self.session, self.paused)
        self.paused = 0

    def receive(self, data: bytes, now: float) -> None:
        self.now = now
        *chunks, self.rest = (self.rest + data).split(b"\0")
        boot = self.boot_id
        for chunk in chunks:
            if boot != self.boot_id:
                return  # a reset in the middle: the rest of what was received is gone
            frame = naive_uncobs(chunk) if 0 < len(chunk) <= 208 else None
            if frame and len(frame) >= 15 and zlib.crc32(frame[:-4]) == number(frame, len(frame) - 4, 4):
                self.frame(frame)

    def frame(self, frame: bytes) -> None:
        kind, session, request, segment = frame[1], number(frame, 2, 4), number(frame, 6, 4), frame[10]
        payload = frame[11:-4]
        if kind == HELLO:
            self.send("WELCOME", 0, request, self.hello())
        elif frame[0] != self.major:
            return
        elif kind == OPEN:
            self.open(request, number(payload, 0, 4))
        elif kind in (CALL, LEASE) and (session != self.session or not self.session):
            self.refuse(session, request, 10, "no such session", keep=False)
        elif kind == CALL:
            self.call(request, segment, payload)
        elif kind == LEASE:
            self.leases.append((number(payload, 0, 4), number(payload, 4, 4), number(payload, 8, 4)))
            self.send("LEASED", session, request, b"\0" + le(400, 2) + le(self.time_us(), 8))
        elif kind == CLOSE:
            if session == self.session:
                self.old_session, self.old_high, self.session = self.session, self.high, 0
            self.send("CLOSED", session, request)

    def open(self, nonce: int, challenge: int) -> None:
        if challenge == self.challenge:
            if self.session:
                self.old_session, self.old_high = self.session, self.high
            self.session, self.high = self.draw(), 0
            self.begin_session()
            self.spent = (challenge, nonce)
            self.challenge = self.draw()
        elif self.spent != (challenge, nonce) or not self.session:
            self.refuse(0, nonce, 11, "stale", keep=False)
            return
        self.send("OPENED", self.session, nonce, le(self.boot_id, 4))

    def call(self, request: int, segment: int, payload: bytes) -> None:
        if request <= self.high:
            if not segment & 0x80:
                kind, reply = self.replies.get(request, ("REFUSAL", b"\x06let go"))
                self.send(kind, self.session, request, reply)
            return
        if request > self.high + 1:
            self.gap(0)
            return
        self.parts[segment & 0x7F] = payload
        if not segment & 0x80:
            self.last_part = segment & 0x7F
        if self.last_part < 0 or set(self.parts) != set(range(self.last_part + 1)):
            return
        message = b"".join(self.parts[index] for index in sorted(self.parts))
        self.parts, self.last_part = {}, -1
        oldest = request - message[0]
        self.replies = {id_: reply for id_, reply in self.replies.items() if id_ >= oldest}
        if sum(len(reply) for _, reply in self.replies.values()) + self.max_message > self.reply_room:
            self.gap(1)
            return
        self.execute(request, number(message, 1, 2), number(message, 3, 4), message[7:])

    def gap(self, reason: int) -> None:
        expected = self.high + 1
        if self.now - self.gap_at.get(expected, -1.0) >= 0.010:
            self.gap_at[expected] = self.now
            self.send("GAP", self.session, expected, bytes((reason,)))

    def execute(self, request: int, task: int, deadline_ms: int, args: bytes) -> None:
        late = (self.time_us() // 1000 - deadline_ms) % 2**32
        if deadline_ms and 0 < late < 2**31:
            self.refuse(self.session, request, 4, "late")
        elif task == REFUSE:
            self.refuse(self.session, request, 5, "busy")
        elif task == 3:
            outcome = self.outcome(number(args, 0, 4), number(args, 4, 4))
            self.reply(request, bytes((outcome, 0, 0)))
        elif task == EFFECT:
            boot = self.boot_id
            if self.before_effect:
                self.before_effect()
            if boot != self.boot_id:
                return
            self.world.effects.append((boot, self.session, request, task, args))
            if self.after_effect:
                self.after_effect()
            if boot == self.boot_id:
                self.reply(request, le(len(self.world.effects), 4) + args)
        elif task == STORE:
            self.reply(request, le(len(args), 4) + le(zlib.crc32(args), 4))
        elif task == REPLY_OF:
            self.reply(request, bytes(index * 7 & 0xFF for index in range(number(args, 0, 4))))
        else:
            self.reply(request, args)

    def outcome(self, session: int, request: int) -> int:
        for known, high in ((self.session, self.high), (self.old_session, self.old_high)):
            if session and session == known:
                return 1 if request <= high else 0
        return 2

    def reply(self, request: int, message: bytes) -> None:
        self.high = request
        self.replies[request] = ("RESULT", message)
        self.send("RESULT", self.session, request, message)

    def refuse(self, session: int, request: int, code: int, text: str, *, keep: bool = True) -> None:
        message = bytes((code,)) + text.encode()
        if keep:
            self.high = request
            self.replies[request] = ("REFUSAL", message)
        self.send("REFUSAL", session, request, message)
