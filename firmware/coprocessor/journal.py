# SPDX-License-Identifier: Apache-2.0
"""The journal of effects that must be known after a power loss, and never happen twice.

A record is one page of flash: an intent, then marks of how far it got, then its
end. Each clears further bits of the same page, so nothing is erased in between.
What power cuts off is told by its CRC and not believed: a torn intent never was
one (its effect had not begun), a torn end leaves its marks. A mark counts as
soon as one of its bits fell, for its effect was reached before the mark was begun.

Records go round a ring of sectors. The sector after the newest record's is erased
ahead, and before a sector may go, a record behind `floor` remembers the highest
key in it. Keys only rise, so what lies at or below the floor is known to be used.
"""

from array import array
from binascii import crc32
from struct import pack, unpack_from

from micropython import const
from refusal import refused

SECTOR = const(4096)
PAGE = const(256)
PAGES = const(16)  # per sector

_MAGIC = b"PHJ1"
_HEAD = "<4sIQQII16s"  # magic, sequence, key, floor, amount, step, task
_HEAD_BYTES = const(48)
_END_AT = const(52)  # state u8, three bytes erased, amount u32, CRC
_MARKS_AT = const(64)
MARKS = const(192)

_USED, _BLANK, _WORN = const(0), const(1), const(2)

OPEN = const(0)
DONE = const(1)
ABORTED = const(2)


class Record:
    """What one page says. `ended` is the amount at its end, 0 while it is OPEN."""

    def __init__(self, page: bytes):
        _, self.sequence, self.key, self.floor, self.amount, self.step, task = unpack_from(_HEAD, page)
        self.task = task.rstrip(b"\0").decode()
        self.state, self.ended = OPEN, 0
        state, ended, crc = unpack_from("<B3xII", page, _END_AT)
        if crc32(page[_END_AT : _END_AT + 8]) & 0xFFFFFFFF == crc and state in (DONE, ABORTED):
            self.state, self.ended = state, ended
        self.marks = 0
        for i in range(MARKS, 0, -1):
            if page[_MARKS_AT + i - 1] != 0xFF:
                self.marks = i
                break


class Journal:
    """A ring of records on `region`, which reads, programs pages and erases sectors.

    Methods that write are to be called within a flash pause: one page each, but
    `erase_ahead` one sector.
    """

    def __init__(self, region):
        self._region = region
        self._sectors = region.size // SECTOR
        count = self._sectors * PAGES
        self._keys = array("Q", bytes(8 * count))  # 0: no record
        self._blank = bytearray(count)
        self._newest = -1
        self._sequence = 0
        self.floor = 0  # keys up to here may have been forgotten
        self.highest = 0
        self._page = bytearray(PAGE)
        for page in range(count):
            self._scan(page)

    def _scan(self, page) -> None:
        held = self._region.read(page * PAGE, PAGE)
        if held == b"\xff" * PAGE:
            self._blank[page] = _BLANK
        elif _whole(held):
            record = Record(held)
            self._keys[page] = record.key
            if record.sequence >= self._sequence:
                self._sequence = record.sequence
                self._newest = page
                self.floor = record.floor
            self.highest = max(self.highest, record.key)

    def find(self, key: int) -> int:
        """The page of this key's record, or -1."""
        for page, held in enumerate(self._keys):
            if held == key:
                return page
        return -1

    def forgotten(self, key: int) -> bool:
        """Whether the record of this key may have been erased."""
        return key <= self.floor and self.find(key) < 0

    def read(self, page: int) -> Record:
        """The record on a page that `find` gave."""
        return Record(self._region.read(page * PAGE, PAGE))

    def ready(self) -> bool:
        """Whether an erased page is there for the next intent."""
        return self._next() >= 0

    def intend(self, key: int, task: str, amount: int, step: int) -> int:
        """Write an intent; its page. `step` is the amount between two marks. Raises Refusal: nothing was begun.

        A page that does not hold what was written, since it is worn, is passed over.
        """
        if key <= self.floor or self.find(key) >= 0:
            raise refused("key %d was used before" % key)
        while True:
            page = self._next()
            if page < 0:
                raise refused("the journal has no erased page; disarm, so that one can be erased")
            sector = (page // PAGES + 1) % self._sectors
            floor = max(self.floor, *self._keys[sector * PAGES : (sector + 1) * PAGES])
            head = pack(_HEAD, _MAGIC, self._sequence + 1, key, floor, amount, step, task.encode())
            self._blank[page] = _USED
            self._program(page, 0, head + pack("<I", crc32(head) & 0xFFFFFFFF))
            if self._region.read(page * PAGE, PAGE) == bytes(self._page):
                break
        self._sequence += 1
        self._keys[page] = key
        self._newest = page
        self.floor = floor
        self.highest = max(self.highest, key)
        return page

    def mark(self, page: int, number: int) -> None:
        """Note that mark `number`, 1 to MARKS, was reached."""
        self._program(page, _MARKS_AT + number - 1, b"\0")

    def end(self, page: int, state: int, amount: int) -> None:
        """Note how it ended, DONE or ABORTED, and with what amount."""
        body = pack("<B", state) + b"\xff\xff\xff" + pack("<I", amount)
        self._program(page, _END_AT, body + pack("<I", crc32(body) & 0xFFFFFFFF))

    def worth_erasing(self) -> bool:
        """Whether the sector ahead waits to be erased."""
        start = self._ahead() * PAGES
        return not all(self._blank[start : start + PAGES])

    def erase_ahead(self) -> None:
        """Erase the sector after the newest record's; the newest record's floor stands for what it held."""
        start = self._ahead() * PAGES
        self._region.erase(start * PAGE)
        for page in range(start, start + PAGES):
            self._keys[page] = 0
            # A page that does not become blank any more is worn: erasing it again would wear the others.
            self._blank[page] = _BLANK if self._region.read(page * PAGE, PAGE) == b"\xff" * PAGE else _WORN

    def _ahead(self) -> int:
        return (self._newest // PAGES + 1) % self._sectors

    def _next(self) -> int:
        """The next blank page: in the newest record's sector, else in the one ahead; -1 without."""
        behind = -(self._newest + 1) % PAGES  # pages left in the newest record's sector
        for i in range(1, behind + PAGES + 1):
            page = (self._newest + i) % len(self._blank)
            if self._blank[page] == _BLANK:
                return page
        return -1

    def _program(self, page, at, data) -> None:
        held = self._page
        for i in range(PAGE):
            held[i] = 0xFF
        held[at : at + len(data)] = data
        self._region.program(page * PAGE, held)


def _whole(page) -> bool:
    if page[:4] != _MAGIC:
        return False
    return crc32(page[:_HEAD_BYTES]) & 0xFFFFFFFF == unpack_from("<I", page, _HEAD_BYTES)[0]
