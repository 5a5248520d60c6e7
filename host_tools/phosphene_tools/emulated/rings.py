# SPDX-License-Identifier: Apache-2.0
"""Memory that launcher and chip share: a ring of bytes for each direction of each wire; `port/rings.c` is its twin.

QEMU hands a UART one byte at a time from another thread, with a dozen of system calls each. Here whole
pieces cross by being there. That something is there is told over a UART, the bell: so each end's look
comes after a system call of the other's, and what was written before that is seen on any processor.
"""

from __future__ import annotations

import mmap
import os
import sys
import tempfile

MEMORY_BYTES = 16 << 20
"""The board's PSRAM: QEMU takes no other size."""

_LINE_BYTES = 8192  # a full one holds the host back
_HARDWARE_BYTES = 1 << 20  # a program may change pins for a second while its launcher is held up
_SIZES = (_LINE_BYTES, _LINE_BYTES, _HARDWARE_BYTES, _HARDWARE_BYTES)
_FIRST, _APART = 1 << 20, 1 << 20  # where the bytes lie
_COUNTS = 1 << 32

# Of a ring's own 128 bytes at the memory's beginning, in words.
_RING_WORDS = 32
_WRITTEN, _AT, _SIZE, _READ = 0, 1, 2, 16


class Ring:
    """One direction. Each end moves one count, which runs on past the size; nobody locks."""

    def __init__(self, memory: memoryview, number: int) -> None:
        self._words = memory[: _FIRST // 2].cast("I")[number * _RING_WORDS : (number + 1) * _RING_WORDS]
        self._size = _SIZES[number]
        at = _FIRST + number * _APART
        self._bytes = memory[at : at + self._size]
        self._words[_AT], self._words[_SIZE] = at, self._size

    @property
    def held(self) -> int:
        """Bytes that wait."""
        return (self._words[_WRITTEN] - self._words[_READ]) % _COUNTS

    @property
    def room(self) -> int:
        """Bytes that can be written now."""
        return self._size - self.held

    def write(self, data: bytes) -> None:
        """Write; the caller has looked whether there is `room`."""
        written = self._words[_WRITTEN]
        place = written % self._size
        first = min(len(data), self._size - place)
        self._bytes[place : place + first] = data[:first]
        self._bytes[: len(data) - first] = data[first:]
        self._words[_WRITTEN] = (written + len(data)) % _COUNTS

    def peek(self) -> bytes:
        """Return what waits, and leave it there."""
        held = self.held
        place = self._words[_READ] % self._size
        first = min(held, self._size - place)
        return bytes(self._bytes[place : place + first]) + bytes(self._bytes[: held - first])

    def drop(self, count: int) -> None:
        """Take away so many bytes of what waits."""
        self._words[_READ] = (self._words[_READ] + count) % _COUNTS

    def release(self) -> None:
        """Let go of the memory."""
        self._words.release()
        self._bytes.release()


class SharedMemory:
    """The four rings, in memory of no name; `fd` is handed to QEMU."""

    def __init__(self) -> None:
        self.fd = _nameless()
        os.ftruncate(self.fd, MEMORY_BYTES)
        self._map = mmap.mmap(self.fd, MEMORY_BYTES)
        self._view = memoryview(self._map)
        self._rings = [Ring(self._view, number) for number in range(len(_SIZES))]
        self.line_in, self.line_out, self.hardware_in, self.hardware_out = self._rings

    def close(self) -> None:
        """Release it; QEMU has a hold of its own."""
        for ring in self._rings:
            ring.release()
        self._view.release()
        self._map.close()
        os.close(self.fd)


def _nameless() -> int:
    if sys.platform == "linux":
        return os.memfd_create("phosphene-emulated")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
