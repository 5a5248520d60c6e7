# SPDX-License-Identifier: Apache-2.0
"""Consistent overhead byte stuffing: bytes without 0x00, one byte longer per 254.

Cheshire and Baker, "Consistent Overhead Byte Stuffing", IEEE/ACM Transactions on Networking 7(2), 1999.
The work is done run by run with `split` and slices, never byte by byte.
"""

from __future__ import annotations

from typing import Final

_RUN_MAX: Final = 254
_CODES: Final = tuple(bytes((code,)) for code in range(256))


class CobsError(ValueError):
    """Bytes that no encoder makes."""


def encode(data: bytes) -> bytes:
    """Return `data` stuffed, without a delimiter.

    A run of exactly 254 bytes that ends the data needs no block behind it and gets none.
    """
    parts: list[bytes] = []
    for run in data.split(b"\0"):
        if len(run) < _RUN_MAX:
            parts += (_CODES[len(run) + 1], run)
        else:
            parts += _long_run(run)
    if len(parts) > 2 and parts[-2:] == [b"\x01", b""] and len(parts[-3]) == _RUN_MAX and data[-1]:
        del parts[-2:]
    return b"".join(parts)


def _long_run(run: bytes) -> list[bytes]:
    """Return the blocks of a run of 254 bytes or more."""
    parts: list[bytes] = []
    for start in range(0, len(run) + 1, _RUN_MAX):
        block = run[start : start + _RUN_MAX]
        parts += (_CODES[len(block) + 1], block)
    return parts


def decode(data: bytes) -> bytes:
    """Return what was stuffed into `data` (without its delimiter). Raises CobsError."""
    if not data or b"\0" in data:
        raise CobsError("a 0x00 inside" if data else "nothing to decode")
    parts: list[bytes] = []
    at, end = 0, len(data)
    while at < end:
        code = data[at]
        parts.append(data[at + 1 : at + code])
        at += code
        if code <= _RUN_MAX and at < end:
            parts.append(b"\0")
    if at != end:
        raise CobsError(f"the last block lacks {at - end} bytes")
    return b"".join(parts)
