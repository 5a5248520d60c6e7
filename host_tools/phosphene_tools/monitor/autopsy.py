# SPDX-License-Identifier: Apache-2.0
"""Looks into a broken frame: what it would have been, and by how much its check sum is off."""

from __future__ import annotations

from binascii import crc32
from struct import Struct
from typing import Final

from phosphene.line import cobs
from phosphene.line.wire import FrameType

# PROTOCOL.md, section 1: version, type, session, request, segment; at the end the CRC.
_HEADER: Final = Struct("<BBIIB")
_CRC: Final = Struct("<I")


def autopsy(raw: bytes) -> str:
    """Return what can be said about `raw`, the bytes between two delimiters; empty when it tells nothing."""
    try:
        body = cobs.decode(raw.rstrip(b"\0"))
    except cobs.CobsError:
        return ""
    if len(body) < _HEADER.size + _CRC.size:
        return ""
    version, type_, session, request, segment = _HEADER.unpack_from(body)
    (found,) = _CRC.unpack_from(body, len(body) - _CRC.size)
    wanted = crc32(body[: -_CRC.size])
    known = type_ in FrameType.__members__.values()
    name = FrameType(type_).name if known else f"type 0x{type_:02x}"
    header = f"reads as {name} #{request} of session {session}, segment 0x{segment:02x}, major {version}"
    return header if found == wanted else f"CRC {found:08x}, computed {wanted:08x}; {header}"
