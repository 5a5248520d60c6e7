# SPDX-License-Identifier: Apache-2.0
"""NOR flash in memory, whose every step is noted and can be left half done: under MicroPython's own littlefs."""

import random

from micropython import const

SECTOR = const(4096)
PAGE = const(256)
EDGE = const(32)  # bytes in which a torn step is neither old nor new


class Cells:
    """A block device on `image`, a bytearray. `steps` gets (offset, content) of each page and sector once done."""

    def __init__(self, image, steps=None):
        self.image = image
        self.steps = steps

    def readblocks(self, block, buf, offset=0):
        at = block * SECTOR + offset
        buf[:] = memoryview(self.image)[at : at + len(buf)]

    def writeblocks(self, block, buf, offset=0):
        at = block * SECTOR + offset
        view = memoryview(buf)
        for start in range(0, len(view), PAGE):
            self._done(at + start, _programmed(self.image, at + start, view[start : start + PAGE]))

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self.image) // SECTOR
        if operation == 5:
            return SECTOR
        if operation == 6:
            self._done(argument * SECTOR, ERASED)
        return 0

    def _done(self, offset, content):
        if self.steps is not None:
            self.steps.append((offset, content))
        apply(self.image, (offset, content))


ERASED = b"\xff" * SECTOR


@micropython.viper
def _clear(out: ptr8, held: ptr8, data: ptr8, n: int):
    i = 0
    while i < n:
        out[i] = held[i] & data[i]
        i += 1


def _programmed(image, at, data):
    out = bytearray(len(data))
    _clear(out, memoryview(image)[at : at + len(data)], data, len(data))
    return bytes(out)


def apply(image, step) -> None:
    """Finish a step."""
    offset, content = step
    image[offset : offset + len(content)] = content


def tear(image, step, how: int) -> None:
    """Leave a step half done, as a power cut in it does: bits that were to change may have.

    `how` 0: the front is done, the rest is not; 1: every bit that was to change may have; 2: the rest is done, the
    front is not, as a flash chip may take the bytes in another order.
    """
    offset, content = step
    held = bytes(memoryview(image)[offset : offset + len(content)])
    n = len(content)
    done = random.randrange(n + 1)
    torn = bytearray(held)
    if how == 0:
        torn[:done] = content[:done]
    elif how == 2:
        torn[done:] = content[done:]
    first, last = (0, n) if how == 1 else (max(0, done - EDGE), min(done + EDGE, n))
    for i in range(first, last):
        torn[i] = held[i] ^ ((held[i] ^ content[i]) & random.getrandbits(8))
    image[offset : offset + n] = torn
