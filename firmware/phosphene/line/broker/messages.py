# SPDX-License-Identifier: Apache-2.0
"""What the broker and its clients say to each other, and how it is laid out.

    message = u32 length, u8 kind, payload          (`length` counts kind and payload; little-endian)

What is said per call is packed, as below; what is said seldom is JSON (see `documents`). Times are the system's
monotonic clock in seconds, which both ends of a Unix socket share, so a deadline is the same moment for both.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import Final

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
"""A number: of events or taps that are missing, or of a question about the broker's status."""
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
    DETACH = 10
    """The client leaves: what was not sent must never be. The broker answers with BYE, and the journal is final."""

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


class Malformed(Exception):
    """What the other end sent is not a message of this page; the text says why."""


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
