# SPDX-License-Identifier: Apache-2.0
"""The journal on NOR flash whose power is cut in every one of its writes."""

from random import getrandbits, seed

from journal import ABORTED, DONE, OPEN, PAGE, SECTOR, Journal
from refusal import Refusal

SECTORS = 3


class PowerCut(Exception):
    """The write under way stays half done."""


class Nor:
    """NOR flash: programming clears bits, erasing sets a sector's; write number `cut` is torn."""

    def __init__(self, sectors=SECTORS):
        self.size = sectors * SECTOR
        self.data = bytearray(b"\xff" * self.size)
        self.cut = -1
        self.worn = []  # pages with a bit that is stuck at 0
        self.erased = 0

    def read(self, offset, n):
        return bytes(self.data[offset : offset + n])

    def program(self, offset, page):
        assert len(page) == PAGE
        assert offset % PAGE == 0
        self._change(offset, bytes([self.data[offset + i] & page[i] for i in range(PAGE)]))

    def erase(self, offset):
        assert offset % SECTOR == 0
        self.erased += 1
        self._change(offset, b"\xff" * SECTOR)

    def _change(self, offset, content):
        self.cut -= 1
        if self.cut == -1:
            done = getrandbits(13) % (len(content) + 1)
            for i in range(done, min(done + 32, len(content))):
                self.data[offset + i] ^= (self.data[offset + i] ^ content[i]) & getrandbits(8)
            self.data[offset : offset + done] = content[:done]
            raise PowerCut
        self.data[offset : offset + len(content)] = content
        for page in self.worn:
            self.data[page * PAGE + 33] &= 0xFE


def pour(journal, key, marks=2, state=DONE):
    """A whole dose: as the dispenser does it."""
    if not journal.ready():
        journal.erase_ahead()
    page = journal.intend(key, "dispense.pour", 10 * key, 4)
    for number in range(1, marks + 1):
        journal.mark(page, number)
    journal.end(page, state, 7)
    if journal.worth_erasing():
        journal.erase_ahead()
    return page


def refuses(journal, key):
    try:
        journal.intend(key, "dispense.pour", 1, 1)
    except Refusal:
        return True
    return False


def test_a_record_and_its_states():
    nor = Nor()
    journal = Journal(nor)
    assert journal.find(5) == -1
    assert not journal.forgotten(5)
    assert journal.highest == 0
    page = journal.intend(5, "dispense.pour", 1000, 40)
    for reached, state in ((0, OPEN), (1, OPEN), (192, OPEN), (192, DONE)):
        if state:
            journal.end(page, state, 998)
        elif reached:
            journal.mark(page, reached)
        again = Journal(nor)
        record = again.read(again.find(5))
        assert (record.key, record.task, record.amount, record.step) == (5, "dispense.pour", 1000, 40)
        assert (record.marks, record.state, record.ended) == (reached, state, 998 if state else 0)
    page = journal.intend(2**64 - 1, "dispense.pour", 1, 1)
    journal.end(page, ABORTED, 3)
    assert Journal(nor).read(page).state == ABORTED
    assert Journal(nor).highest == 2**64 - 1
    assert nor.erased == 0  # intent, marks and end need none


def test_a_key_serves_once_also_when_its_record_is_long_gone():
    nor = Nor()
    journal = Journal(nor)
    for key in range(1, 200):
        pour(journal, key)
        if key % 7 == 0:
            journal = Journal(nor)
        assert journal.find(key) >= 0
        assert journal.highest == key
        for old in (1, key // 2 + 1, key):
            assert refuses(journal, old)
            assert journal.forgotten(old) == (journal.find(old) < 0)
        assert key - journal.floor >= 16 or journal.floor == 0
    assert journal.floor > 150
    assert abs(nor.erased - 199 // 16) <= 2  # each sector in its turn, and only once per round


def test_power_cuts_in_every_write():
    seed(11)
    torn = 0
    for cut in range(400):
        nor = Nor()
        journal = Journal(nor)
        done = 0
        nor.cut = cut % 200
        stage = ""
        key = 0
        try:
            for key in range(1, 80):
                stage = "erase"
                if not journal.ready():
                    journal.erase_ahead()
                stage = "intent"
                page = journal.intend(key, "dispense.pour", 8, 4)
                stage = "mark 1"
                journal.mark(page, 1)
                stage = "end"
                journal.end(page, DONE, 8)
                done = key
                stage = "erase"
                if journal.worth_erasing():
                    journal.erase_ahead()
        except PowerCut:
            torn += 1
        again = Journal(nor)
        # All that ended is known, or refused as forgotten.
        for old in range(1, done + 1):
            page = again.find(old)
            if page >= 0:
                record = again.read(page)
                assert (record.state, record.ended, record.marks) == (DONE, 8, 1), (cut, stage, old)
            else:
                assert again.forgotten(old), (cut, stage, old)
            assert refuses(again, old)
        # What was cut off says no more than what it knows, and no less.
        page = again.find(key)
        if stage == "intent" and page >= 0:
            assert again.read(page).marks == 0
            assert again.read(page).state == OPEN
        elif stage == "mark 1":
            assert again.read(page).marks <= 1
            assert again.read(page).state == OPEN
        elif stage == "end" and key > done:
            record = again.read(page)
            assert record.marks == 1
            assert (record.state, record.ended) in ((OPEN, 0), (DONE, 8))
        # It goes on, with a key above, however the flash was left.
        for more in range(key + 1, key + 40):
            pour(again, more)
        assert Journal(nor).highest == key + 39
    assert torn > 350


def test_worn_pages_are_passed_over():
    nor = Nor()
    nor.worn += [2, 17, 18]
    journal = Journal(nor)
    for key in range(1, 150):
        page = pour(journal, key)
        assert page not in nor.worn
    assert nor.erased < 150 // 13 + 3  # a worn page is no reason to erase its sector all the time
