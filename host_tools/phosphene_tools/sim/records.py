# SPDX-License-Identifier: Apache-2.0
"""The wire to the firmware process: 16-byte records; the shim's `sim_link.py` is the other end.

A record is two little-endian 64-bit integers: `code`, which is
``op | unit << 8 | value << 16``, and a time in microseconds of CLOCK_MONOTONIC. Some
are followed by a payload, padded to whole records, whose length stands in bits 32
and up of `code`.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable, Mapping

SIZE = 16
FLOATING = 2

_PAIR = struct.Struct("<qq")


class FromFirmware(enum.IntEnum):
    """What the shim reports."""

    LEVEL = 1
    MODE = 2
    PWM = 3
    BOOT = 4
    MAIN_RETURNED = 5
    MAIN_RAISED = 6
    RESET = 7
    WDT_START = 8
    WDT_FEED = 9
    UART_OPEN = 10
    REQUEST = 11
    BREAK = 12
    ARMED = 13
    BITSTREAM = 14
    TRANSFERRED = 15


class ToFirmware(enum.IntEnum):
    """What the launcher tells the shim."""

    INPUT = 1
    ARM = 2
    REPLY = 3
    ADC = 4
    TRANSFER = 5


WITH_PAYLOAD = frozenset(
    {FromFirmware.MAIN_RAISED, FromFirmware.REQUEST, FromFirmware.BITSTREAM, FromFirmware.TRANSFERRED}
)

# By whole code, because a pin's edges come by the thousand; argument: the time in microseconds.
Handlers = Mapping[int, Callable[[int], None]]
# The rest: op, unit, value, time, payload.
Fallback = Callable[[FromFirmware, int, int, int, bytes], None]


def code(op: int, unit: int = 0, value: int = 0) -> int:
    """Return the first integer of a record."""
    return op | unit << 8 | value << 16


def encode(op: ToFirmware, unit: int = 0, value: int = 0, payload: bytes = b"", time_us: int = 0) -> bytes:
    """Return a record with its payload. `value` is 16 bits when there is a payload."""
    head = _PAIR.pack(code(op, unit, value) | len(payload) << 32, time_us)
    return head + payload + bytes(-len(payload) % SIZE)


class Decoder:
    """Takes bytes as they come and calls a handler per record, in order."""

    def __init__(self, handlers: Handlers, fallback: Fallback) -> None:
        self._handlers = handlers
        self._fallback = fallback
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Decode; bytes of an unfinished record are kept for the next call."""
        if self._rest:
            data, self._rest = self._rest + data, b""
        handlers = self._handlers
        unpack = _PAIR.unpack_from
        at, end = 0, len(data) - SIZE
        while at <= end:
            number, time_us = unpack(data, at)
            handler = handlers.get(number)
            if handler is not None:
                at += SIZE
                handler(time_us)
                continue
            op = FromFirmware(number & 0xFF)
            length = number >> 32 if op in WITH_PAYLOAD else 0
            begin = at + SIZE
            if begin + length + -length % SIZE > len(data):
                break
            value = number >> 16 & 0xFFFF if op in WITH_PAYLOAD else number >> 16
            at = begin + length + -length % SIZE
            self._fallback(op, number >> 8 & 0xFF, value, time_us, data[begin : begin + length])
        self._rest = data[at:]
