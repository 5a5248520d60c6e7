# SPDX-License-Identifier: Apache-2.0
"""What the broker and its clients say to each other, and how it is laid out.

    message = u32 length, u8 kind, payload          (`length` counts kind and payload; little-endian)

What is said per call is packed; what is said seldom is JSON, checked by type. Times are the system's monotonic
clock in seconds, which both ends of a Unix socket share, so a deadline is the same moment for both.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from struct import Struct
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from phosphene.line.wire import Hello

VERSION: Final = 1
"""Changes with the layout; broker and client of different versions refuse each other by name."""
SLOTS: Final = 32
"""Calls that one client may have under way; the client keeps the rest in order."""
LARGEST: Final = 1 << 20
"""Bytes of one message. A call is bounded by `max_message` besides, which is below 64 KiB."""

_HEAD: Final = Struct("<IB")

CALL: Final = Struct("<HIHBId8s")
"""slot, serial, task, flags (bit 0 idempotent), longest ms, deadline, dictionary hash; then the arguments."""
CANCEL: Final = Struct("<HI")
"""slot, serial."""
RENEW: Final = Struct("<IIII")
"""number, tick, capture ms, inferences."""
RESULT: Final = Struct("<HIIII")
"""slot, serial, boot id, session, request; then the results."""
FAILED: Final = Struct("<HI")
"""slot, serial; then a Failure."""
LEASED: Final = Struct("<IBHQ")
"""number, verdict, milliseconds left, firmware's µs."""
NOT_LEASED: Final = Struct("<I")
"""number; then a Failure."""
EVENT: Final = Struct("<IHHQB")
"""sequence, dropped, task, firmware's µs, what; then the event's fields."""
COUNT: Final = Struct("<I")
"""A number of events or taps that are missing."""
TAP: Final = Struct("<QB")
"""Monotonic ns, direction (1 to the board); then the bytes of one frame as they stood on the wire."""


class Kind(IntEnum):
    """What a message is. Below 32 a client says it, from 32 on the broker."""

    ATTACH = 1
    CALL = 2
    CANCEL = 3
    RENEW = 4
    SUBSCRIBE = 5
    TAP_ON = 6
    TAP_OFF = 7
    STATUS = 8
    STOP = 9

    ATTACHED = 32
    RESULT = 33
    FAILED = 34
    LEASED = 35
    NOT_LEASED = 36
    EVENT = 37
    GAP = 38
    """Events are missing: the line's, or this client's queue was full."""
    STATE = 39
    TAPPED = 40
    TAPS_LOST = 41
    TICK = 42
    STATUS_IS = 43
    BYE = 44
    """The broker ends this connection, and says why."""


class Role(Enum):
    """What a client may do. Each role includes the ones before it; the dictionary names each task's privilege."""

    OBSERVE = "observe"
    OPERATE = "operate"
    ARM = "arm"
    MAINTAIN = "maintain"

    def may(self, privilege: str) -> bool:
        """Whether this role may call a task of `privilege` (read, operate, arm, maintain)."""
        return privilege in _PRIVILEGES[self]


_PRIVILEGES: Final = {
    Role.OBSERVE: ("read",),
    Role.OPERATE: ("read", "operate"),
    Role.ARM: ("read", "operate", "arm"),
    Role.MAINTAIN: ("read", "operate", "arm", "maintain"),
}


class Malformed(Exception):
    """What the other end sent is not a message of this page; the text says why."""


class Message(BaseModel):
    """A message in JSON: strict types, bytes as hexadecimal."""

    model_config = ConfigDict(strict=True, frozen=True, ser_json_bytes="hex", val_json_bytes="hex")

    def dump(self) -> bytes:
        """Return the JSON."""
        return self.model_dump_json().encode()

    @classmethod
    def load(cls, raw: bytes) -> Self:
        """Return the message that is written in `raw`. Raises Malformed."""
        try:
            return cls.model_validate_json(raw)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            raise Malformed(f"{cls.__name__}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


class Attach(Message):
    """The first thing that a client says."""

    version: int
    role: Role
    name: str
    pid: int


class State(Message):
    """How the line is; `state` is the name of a LinkState."""

    state: str
    hello: Hello
    reason: str


class Attached(Message):
    """The broker's answer: the line's state, and where this client's journal of sent calls is."""

    version: int
    pid: int
    port: str
    journal: str
    line: State


class Failure(Message):
    """An exception of `phosphene.errors`, as it crosses the socket."""

    error: str
    message: str
    place: str
    cure: str
    more: dict[str, int | str | bool]


class ClientStatus(Message):
    """One client as `phosphene broker status` shows it."""

    name: str
    pid: int
    role: Role
    calls: int
    waiting: int
    events_dropped: int
    taps_dropped: int
    holds_lease: bool


class Status(Message):
    """What the broker tells about itself."""

    pid: int
    port: str
    uptime_s: float
    stay: bool
    line: State
    clients: list[ClientStatus]


class Tick(Message):
    """What the broker measures, told to every client once a second."""

    statistics: dict[str, int]
    clock: tuple[float, float, float, float] | None
    """Host seconds, the firmware's µs then, its drift as a ratio, the error bound in µs."""


class Bye(Message):
    """Why the broker ends the connection; `again` tells the client whether to attach anew by itself."""

    reason: str
    again: bool


def pack(kind: Kind, *parts: bytes) -> bytes:
    """Return one message."""
    return b"".join((_HEAD.pack(1 + sum(map(len, parts)), kind), *parts))


class Reader:
    """Cuts a stream into messages."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Take the next bytes; return the messages that they complete. Raises Malformed for a wrong length."""
        rest = self._rest
        rest += data
        found: list[tuple[int, bytes]] = []
        at = 0
        while at + _HEAD.size <= len(rest):
            length, kind = _HEAD.unpack_from(rest, at)
            if not 1 <= length <= LARGEST:
                raise Malformed(f"a message of {length} bytes; 1 to {LARGEST} are allowed")
            end = at + 4 + length
            if end > len(rest):
                break
            found.append((kind, bytes(rest[at + _HEAD.size : end])))
            at = end
        del rest[:at]
        return found


def split(layout: Struct, payload: bytes) -> tuple[tuple[int, ...], bytes]:
    """Return the packed head of a message and what follows it. Raises Malformed when it is cut short."""
    if len(payload) < layout.size:
        raise Malformed(f"{len(payload)} bytes, at least {layout.size} were expected")
    return layout.unpack_from(payload), payload[layout.size :]
