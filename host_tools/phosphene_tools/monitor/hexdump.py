# SPDX-License-Identifier: Apache-2.0
"""Bytes as an engineer reads them: offset, hexadecimal, characters; and where a broken frame broke."""

from __future__ import annotations

from collections.abc import Iterator


def dump(raw: bytes, width: int = 16) -> Iterator[str]:
    """Yield the lines of a hex dump of `raw`, `width` bytes each."""
    for at in range(0, len(raw), width):
        part = raw[at : at + width]
        digits = " ".join(f"{byte:02x}" for byte in part)
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in part)
        yield f"{at:04x}  {digits:<{3 * width - 1}}  {letters}"


def bytes_per_line(columns: int) -> int:
    """Return how many bytes fit in a line of `columns`: a power of two from 4 to 32."""
    room = (columns - 7) // 4
    return 32 if room >= 32 else 16 if room >= 16 else 8 if room >= 8 else 4
