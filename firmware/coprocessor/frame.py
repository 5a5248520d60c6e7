# SPDX-License-Identifier: Apache-2.0
"""Frames: header, payload and CRC in COBS. PROTOCOL.md, section 1.

Buffers are made once; a frame that comes costs nothing, one that goes a view.
"""

from array import array
from struct import pack_into

import cobs
import crc
import micropython
from micropython import const

VERSION = const(1)
HEADER = const(11)
PAYLOAD = const(192)
BODY = const(207)  # header + payload + CRC
WIRE = const(209)  # with COBS's byte and the delimiter

# Slots of Reader.head
TYPE = const(0)
SESSION = const(1)
REQUEST = const(2)
SEGMENT = const(3)
MORE = const(4)
LENGTH = const(5)  # of the payload, which begins at HEADER
MAJOR = const(6)

STALL_MS = const(50)  # how long a peer that does not read may hold the writer


@micropython.viper
def _read_header(body: ptr8, n: int, head: ptr32) -> bool:
    head[6] = body[0]
    head[0] = body[1]
    head[1] = body[2] | body[3] << 8 | body[4] << 16 | (body[5] & 0x3F) << 24
    head[2] = body[6] | body[7] << 8 | body[8] << 16 | (body[9] & 0x3F) << 24
    head[3] = body[10] & 0x7F
    head[4] = body[10] >> 7
    head[5] = n - 15
    return ((body[5] | body[9]) & 0xC0) == 0  # no number of 2**30 or more


@micropython.viper
def copy(source: ptr8, start: int, n: int, target: ptr8, at: int):
    """Copy `n` bytes without the memory views that slices would cost."""
    i = 0
    while i < n:
        target[at + i] = source[start + i]
        i += 1


class Reader:
    """Cuts what the port delivers into frames and counts what is broken."""

    def __init__(self, port, counters):
        self._port = port
        self._count = counters
        self._chunk = bytearray(256)
        self._state = array("i", bytearray(4 * cobs.SLOTS))
        self.body = bytearray(BODY)
        self.head = array("i", bytearray(4 * 7))

    def fill(self) -> bool:
        """Take what the port has; false when it has nothing."""
        n = self._port.readinto(self._chunk)
        if not n:
            return False
        self._state[cobs.POS] = 0
        self._state[cobs.END] = n
        self._count.rx_bytes += n
        return True

    def next(self) -> bool:
        """Decode up to the next good frame of this chunk: `head` and `body`."""
        state = self._state
        body = self.body
        while cobs.decode(state, self._chunk, body, BODY):
            n = state[cobs.OUT]
            fault = state[cobs.FAULT]
            cobs.restart(state)
            if fault == 2:
                self._count.too_long += 1
            elif fault or n < HEADER + 4:
                self._count.cobs_errors += 1
            elif not crc.matches(body, n):
                self._count.crc_errors += 1
            elif not _read_header(body, n, self.head):
                self._count.cobs_errors += 1
            else:
                self._count.rx_frames += 1
                return True
        return False


class Writer:
    """Sends frames; a peer that does not read costs a bounded wait, then the frame."""

    def __init__(self, port, counters, clock):
        self._port = port
        self._count = counters
        self._clock = clock
        self._body = bytearray(BODY)
        self._wire = bytearray(WIRE)
        self._wire_view = memoryview(self._wire)

    def send(self, kind, session, request, segment=0, source=b"", start=0, n=0) -> bool:
        """Send one frame with `n` bytes of `source` from `start` as its payload."""
        body = self._body
        pack_into("<BBIIB", body, 0, VERSION, kind, session, request, segment)
        if n:
            copy(source, start, n, body, HEADER)
        end = HEADER + n
        crc.append(body, end)
        return self._put(cobs.encode(body, end + 4, self._wire))

    def _put(self, n) -> bool:
        view = self._wire_view
        sent = self._port.write(view[:n]) or 0
        if sent < n:
            began = self._clock.ms()
            while sent < n:
                more = self._port.write(view[sent:n]) or 0
                sent += more
                if not more and self._clock.ms() - began > STALL_MS:
                    self._count.tx_dropped += 1
                    return False
        self._count.tx_frames += 1
        return True
