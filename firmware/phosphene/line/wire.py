# SPDX-License-Identifier: Apache-2.0
"""What is on the wire: types, codes, struct layouts and the messages of PROTOCOL.md, sections 1 to 11."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from struct import Struct
from typing import Final

MAJOR: Final = 1
MINOR: Final = 0

PAYLOAD_MAX: Final = 192
"""Bytes of payload in one frame; a longer message travels as segments."""
FRAME_OVERHEAD: Final = 17
"""Bytes a frame has on the wire beside its payload: header 11, CRC 4, COBS 1, delimiter 1.
Exact for every frame, since a body never exceeds 207 bytes and so never needs a second COBS byte."""
NUMBER_MAX: Final = (1 << 30) - 1
"""Highest session, request id and nonce: a small integer in a 32-bit MicroPython."""
MORE: Final = 0x80
"""Bit of the segment byte: further segments follow."""

CALL_HEAD: Final = Struct("<BHI")  # back, task, deadline_ms
LEASE: Final = Struct("<III")  # tick, capture_ms, inferences
LEASED: Final = Struct("<BHQ")  # verdict, left_ms, time_us
EVENT_HEAD: Final = Struct("<HHQB")  # dropped, task, time_us, what
HELLO: Final = Struct("<BB")  # major, minor
U16: Final = Struct("<H")
U32: Final = Struct("<I")

TASK_FIXED_MAX: Final = 9
"""Tasks up to this number mean the same in every dictionary."""
TASK_CLOCK: Final = 1
TASK_OUTCOME: Final = 3
OUTCOME_ARGS: Final = Struct("<II")  # session, request
OUTCOME_RESULT: Final = Struct("<BH")  # never, executed or unknown; pid or 0


class FrameType(IntEnum):
    """The second byte of a frame; bit 7 set: from firmware to host."""

    HELLO = 0x01
    OPEN = 0x02
    CALL = 0x03
    LEASE = 0x04
    PAUSED = 0x05
    CLOSE = 0x06
    WELCOME = 0x81
    OPENED = 0x82
    RESULT = 0x83
    REFUSAL = 0x84
    EVENT = 0x85
    LEASED = 0x86
    PAUSE = 0x87
    RESUME = 0x88
    GAP = 0x89
    CLOSED = 0x8A


class RefusalCode(IntEnum):
    """The first byte of a REFUSAL (PROTOCOL.md, section 5)."""

    UNKNOWN_TASK = 1
    BAD_ARGUMENT = 2
    OUT_OF_RANGE = 3
    LATE = 4
    BUSY = 5
    OUTCOME_UNKNOWN = 6
    FORBIDDEN = 7
    TASK_FAULT = 8
    TOO_LARGE = 9
    NO_SESSION = 10
    STALE = 11
    REFUSED = 12


class GapReason(IntEnum):
    """Why the firmware could not take a call."""

    OUT_OF_ORDER = 0
    NO_ROOM = 1


class LeaseVerdict(IntEnum):
    """What a renewal was worth."""

    LIVE = 0
    TICK_STANDS = 1
    CAPTURE_STANDS = 2
    INFERENCES_STAND = 3
    FIRST = 4
    LATCHED = 5


class ResetCause(IntEnum):
    """Why the board booted."""

    UNKNOWN = 0
    POWER_ON = 1
    PIN = 2
    WATCHDOG = 3
    SOFT = 4
    BROWN_OUT = 5


class Outcome(IntEnum):
    """The answer of `board.outcome`."""

    NEVER = 0
    EXECUTED = 1
    UNKNOWN = 2


class EventKind(IntEnum):
    """The `what` of an EVENT."""

    DECLARED = 0
    PROGRESS = 1
    FINISHED = 2
    NOTICE = 3


class HelloFlags(IntFlag):
    """The `flags` of a WELCOME."""

    ARMED = 1
    LATCHED = 2
    LEASED = 4
    MAINTENANCE = 8


class MalformedMessage(ValueError):
    """A frame with a good CRC whose payload does not have the layout of its type."""


_HELLO_HEAD = Struct("<BBHIIIBB")
_HELLO_REST = Struct("<HHHQ8s8sI")


@dataclass(frozen=True, slots=True)
class Hello:
    """A decoded WELCOME: who the board is, and what it can take.

    `window` calls and `rx_budget` wire bytes may be unanswered, `max_message` bounds a message in
    bytes, `time_us` is the firmware's clock since boot, the hashes are 8 bytes of a SHA-256.
    """

    major: int
    minor: int
    flags: HelloFlags
    boot_id: int
    challenge: int
    session: int
    reset_cause: int
    window: int
    rx_budget: int
    max_message: int
    last_fault: int
    time_us: int
    firmware_hash: bytes
    dictionary_hash: bytes
    dictionary_length: int
    board: str
    unique_id: bytes

    @property
    def cause(self) -> str:
        """Why the board booted, in words."""
        known = self.reset_cause in ResetCause.__members__.values()
        return ResetCause(self.reset_cause).name.lower().replace("_", "-") if known else f"cause {self.reset_cause}"

    @classmethod
    def decode(cls, payload: bytes) -> Hello:
        """Return the hello that these bytes are. Raises MalformedMessage.

        Bytes behind the unique id are allowed: a later minor may add some.
        """
        try:
            (major, minor, flags, boot_id, challenge, session, reset_cause, window) = _HELLO_HEAD.unpack_from(payload)
            (rx_budget, max_message, last_fault, time_us, firmware, dictionary, length) = _HELLO_REST.unpack_from(
                payload, _HELLO_HEAD.size
            )
            board, at = _counted(payload, _HELLO_HEAD.size + _HELLO_REST.size)
            unique_id, _ = _counted(payload, at)
            return cls(
                major,
                minor,
                HelloFlags(flags),
                boot_id,
                challenge,
                session,
                reset_cause,
                window,
                rx_budget,
                max_message,
                last_fault,
                time_us,
                firmware,
                dictionary,
                length,
                board.decode(),
                unique_id,
            )
        except (struct.error, UnicodeDecodeError) as error:
            raise MalformedMessage(f"WELCOME: {error}") from error


def _counted(payload: bytes, at: int) -> tuple[bytes, int]:
    """Return the `u8 n, n bytes` at offset `at` and the offset behind them."""
    end = at + 1 + payload[at] if at < len(payload) else at + 1
    if end > len(payload):
        raise MalformedMessage("WELCOME: a name is cut short")
    return payload[at + 1 : end], end


@dataclass(frozen=True, slots=True)
class Leased:
    """The answer to a renewal: what it was worth, and how many milliseconds the lease has left."""

    verdict: int
    left_ms: int
    time_us: int

    @property
    def live(self) -> bool:
        """True while the lease holds."""
        return self.verdict == LeaseVerdict.LIVE

    @classmethod
    def decode(cls, payload: bytes) -> Leased:
        """Return the answer that these bytes are. Raises MalformedMessage."""
        try:
            return cls(*LEASED.unpack(payload))
        except struct.error as error:
            raise MalformedMessage(f"LEASED: {error}") from error


@dataclass(frozen=True, slots=True)
class Event:
    """One EVENT: its sequence number, how many the firmware dropped so far in this session (modulo
    2¹⁶), the task's number, the firmware's clock in µs, an EventKind, and the fields undecoded."""

    seq: int
    dropped: int
    task: int
    time_us: int
    what: int
    payload: bytes

    @classmethod
    def decode(cls, seq: int, payload: bytes) -> Event:
        """Return the event that these bytes are. Raises MalformedMessage."""
        try:
            dropped, task, time_us, what = EVENT_HEAD.unpack_from(payload)
            return cls(seq, dropped, task, time_us, what, payload[EVENT_HEAD.size :])
        except struct.error as error:
            raise MalformedMessage(f"EVENT: {error}") from error
