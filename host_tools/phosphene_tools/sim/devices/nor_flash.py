# SPDX-License-Identifier: Apache-2.0
"""A region of NOR flash in a file: programming only clears bits, erasing sets whole sectors, a power cut tears."""

from __future__ import annotations

import errno
import random
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

SECTOR = 4096
PAGE = 256
ERASE_SECONDS = 0.040
PROGRAM_SECONDS = 0.001


@dataclass(frozen=True)
class Step:
    """A sector's erasure, or a page's programming: what the region holds at `offset` when it is done."""

    offset: int
    content: bytes
    seconds: float


class NorFlash:
    """`size` bytes, a multiple of the sector, erased when the file is new."""

    def __init__(self, path: Path, size: int) -> None:
        if size <= 0 or size % SECTOR:
            raise OSError(errno.EINVAL, "the size is a multiple of 4096")
        if not path.exists() or path.stat().st_size != size:
            path.write_bytes(b"\xff" * size)
        self._path = path
        self._size = size

    def read(self, offset: int, count: int) -> bytes:
        """Return `count` bytes. Raises OSError EINVAL outside of the region."""
        self._check(offset, count)
        with self._path.open("rb") as file:
            file.seek(offset)
            return file.read(count)

    def erase(self, offset: int, count: int) -> Generator[Step]:
        """Yield the steps that erase whole sectors. Raises OSError EINVAL."""
        self._check(offset, count)
        if offset % SECTOR or count % SECTOR:
            raise OSError(errno.EINVAL, "whole sectors are erased")
        for sector in range(offset, offset + count, SECTOR):
            yield Step(sector, b"\xff" * SECTOR, ERASE_SECONDS)

    def program(self, offset: int, data: bytes) -> Generator[Step]:
        """Yield the steps that program `data`, page by page. Raises OSError EINVAL."""
        self._check(offset, len(data))
        at = 0
        while at < len(data):
            count = min(len(data) - at, PAGE - (offset + at) % PAGE)
            held = self.read(offset + at, count)
            cleared = bytes(old & new for old, new in zip(held, data[at : at + count], strict=True))
            yield Step(offset + at, cleared, PROGRAM_SECONDS)
            at += count

    def apply(self, step: Step) -> None:
        """Finish a step."""
        with self._path.open("r+b") as file:
            file.seek(step.offset)
            file.write(step.content)

    def tear(self, step: Step, dice: random.Random) -> None:
        """Leave a step half done, as a power cut in it does: some bytes new, some in between, the rest old."""
        held = self.read(step.offset, len(step.content))
        done = dice.randrange(len(held) + 1)
        torn = bytearray(step.content[:done] + held[done:])
        for i in range(done, min(done + 32, len(torn))):
            # Each bit that was to change may have.
            torn[i] ^= (held[i] ^ step.content[i]) & dice.randrange(256)
        self.apply(Step(step.offset, bytes(torn), 0.0))

    def _check(self, offset: int, count: int) -> None:
        if offset < 0 or count < 0 or offset + count > self._size:
            raise OSError(errno.EINVAL, "outside of the region")
