# SPDX-License-Identifier: Apache-2.0
"""Frames: header, payload and CRC-32, stuffed and delimited; and the reader that finds them in a stream."""

from __future__ import annotations

from binascii import crc32
from dataclasses import dataclass
from struct import Struct
from typing import Final, NamedTuple

from phosphene.line import cobs
from phosphene.line.wire import MAJOR, NUMBER_MAX, PAYLOAD_MAX, FrameType

_HEADER: Final = Struct("<BBIIB")  # version, type, session, request, segment
_CRC: Final = Struct("<I")
_BODY_MIN: Final = _HEADER.size + _CRC.size
_CHUNK_MAX: Final = _BODY_MIN + PAYLOAD_MAX + 1  # as stuffed, without the delimiter
_CRC_RESIDUE: Final = 0x2144DF1C  # the CRC-32 of anything followed by its own CRC-32
_ANY_MAJOR: Final = (FrameType.HELLO, FrameType.WELCOME)


class Frame(NamedTuple):
    """One decoded frame. `type` is a FrameType if this end knows it, `segment` keeps its *more* bit."""

    type: int
    session: int
    request: int
    segment: int
    payload: bytes


class FrameError(NamedTuple):
    """Bytes between two delimiters that are not a frame.

    `kind` is ``"too_long"``, ``"cobs"``, ``"short"``, ``"crc"``, ``"version"`` or ``"header"``;
    `raw` the bytes (of a frame that is too long, its beginning) without the delimiter.
    """

    kind: str
    text: str
    raw: bytes


def encode(type_: int, session: int, request: int, segment: int = 0, payload: bytes = b"") -> bytes:
    """Return one frame as it stands on the wire, with its delimiter.

    Raises ValueError when a number or the payload does not fit into a frame.
    """
    if len(payload) > PAYLOAD_MAX or session > NUMBER_MAX or request > NUMBER_MAX:
        raise ValueError(f"session {session}, request {request}, {len(payload)} B of payload: beyond a frame")
    body = _HEADER.pack(MAJOR, type_, session, request, segment) + payload
    return cobs.encode(body + _CRC.pack(crc32(body))) + b"\0"


def decode(chunk: bytes) -> Frame | FrameError:
    """Return the frame that `chunk`, the bytes between two delimiters, is; or why it is none."""
    if len(chunk) > _CHUNK_MAX:
        return FrameError("too_long", f"{len(chunk)} bytes, a frame has at most {_CHUNK_MAX}", chunk)
    try:
        body = cobs.decode(chunk)
    except cobs.CobsError as error:
        return FrameError("cobs", str(error), chunk)
    if len(body) < _BODY_MIN:
        return FrameError("short", f"{len(body)} bytes, a frame has at least {_BODY_MIN}", chunk)
    if crc32(body) != _CRC_RESIDUE:
        return FrameError("crc", "the CRC does not match", chunk)
    version, type_, session, request, segment = _HEADER.unpack_from(body)
    if version != MAJOR and type_ not in _ANY_MAJOR:
        return FrameError("version", f"protocol major {version}, this end speaks {MAJOR}", chunk)
    if session > NUMBER_MAX or request > NUMBER_MAX:
        return FrameError("header", f"session {session} or request {request} is above 2**30 - 1", chunk)
    return Frame(type_, session, request, segment, body[_HEADER.size : -_CRC.size])


@dataclass(slots=True)
class FrameEvidence:
    """What a reader saw: the first thing to look at when a line fails."""

    rx_bytes: int = 0
    rx_frames: int = 0
    crc_errors: int = 0
    cobs_errors: int = 0
    """Frames that do not decode, are too short for a header, or have numbers out of range."""
    too_long: int = 0
    other_major: int = 0

    @property
    def bad_frames(self) -> int:
        """How many stretches between delimiters were no frame."""
        return self.crc_errors + self.cobs_errors + self.too_long + self.other_major


_COUNTER: Final = {
    "too_long": "too_long",
    "cobs": "cobs_errors",
    "short": "cobs_errors",
    "header": "cobs_errors",
    "crc": "crc_errors",
    "version": "other_major",
}


class FrameReader:
    """Cuts a stream into frames; after any garbage it is in step again at the next 0x00."""

    def __init__(self) -> None:
        self.evidence = FrameEvidence()
        self._rest = b""
        self._skipping = False  # inside a frame that was already reported as too long

    @property
    def mid_frame(self) -> bool:
        """True when bytes of a frame came whose delimiter did not."""
        return bool(self._rest) or self._skipping

    def feed(self, data: bytes) -> list[Frame | FrameError]:
        """Take the next bytes, however they were cut; return what they complete, in order."""
        evidence = self.evidence
        evidence.rx_bytes += len(data)
        chunks = (self._rest + data).split(b"\0")
        rest = chunks.pop()
        found: list[Frame | FrameError] = []
        if self._skipping and chunks:
            del chunks[0]
            self._skipping = False
        for chunk in chunks:
            if not chunk:
                continue
            item = decode(chunk)
            if type(item) is Frame:
                evidence.rx_frames += 1
            else:
                self._count(item)
            found.append(item)
        if self._skipping:
            rest = b""
        elif len(rest) > _CHUNK_MAX:
            error = FrameError("too_long", f"{len(rest)} bytes and no delimiter", rest)
            self._count(error)
            found.append(error)
            rest, self._skipping = b"", True
        self._rest = rest
        return found

    def restart(self) -> None:
        """Forget a half-received frame: the port was opened anew. The evidence stays."""
        self._rest, self._skipping = b"", False

    def _count(self, error: Frame | FrameError) -> None:
        assert isinstance(error, FrameError)
        name = _COUNTER[error.kind]
        setattr(self.evidence, name, getattr(self.evidence, name) + 1)
