# SPDX-License-Identifier: Apache-2.0
"""A chain of 74HC595 shift registers: counts the words that the firmware latches, outside the firmware."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

_KEPT_BITS = 64


class Word(NamedTuple):
    """A latched word: when (µs of CLOCK_MONOTONIC), its bits as a number, the last one shifted lowest,
    and how many clocks came since the latch before (at most the lowest 64 bits are kept).
    """

    time_us: int
    value: int
    clocks: int


class ShiftRegister:
    """Shifts on rising clock edges, latches on rising latch edges; keeps the newest `keep` words.

    The chain is as long as the word that is shifted in, so bits that were shifted in before
    a reset of the micro-controller fall out at its far end: they are in no word.
    """

    def __init__(self, keep: int = 1_000_000, look: Callable[[], None] = lambda: None) -> None:
        """`look` takes in what the firmware reported already; it is called before an answer."""
        self._look = look
        self._words: deque[Word] = deque(maxlen=keep)
        self._latched = 0
        self._data = self._clock = self._latch = 0
        self._bits = 0
        self._clocks = 0

    def cut(self) -> None:
        """The micro-controller was reset, perhaps amid a word."""
        self._bits = self._clocks = 0

    @property
    def latched(self) -> int:
        """Words latched so far, those no longer kept too."""
        self._look()
        return self._latched

    @property
    def words(self) -> deque[Word]:
        """The kept words."""
        self._look()
        return self._words

    def since(self, index: int) -> list[Word]:
        """Return the kept words from the `index`-th ever latched on."""
        self._look()
        skip = max(0, len(self._words) - (self._latched - index))
        return list(islice(self._words, skip, None))

    def data_low(self, _time_us: int) -> None:
        """Take a falling data line."""
        self._data = 0

    def data_high(self, _time_us: int) -> None:
        """Take a rising data line."""
        self._data = 1

    def clock_low(self, _time_us: int) -> None:
        """Take a falling clock."""
        self._clock = 0

    def clock_high(self, _time_us: int) -> None:
        """Take a rising clock: one bit is shifted in."""
        if not self._clock:
            self._clock = 1
            self._bits = self._bits << 1 | self._data
            self._clocks += 1

    def latch_low(self, _time_us: int) -> None:
        """Take a falling latch."""
        self._latch = 0

    def latch_high(self, time_us: int) -> None:
        """Take a rising latch: the word shows at the outputs."""
        if not self._latch:
            self._latch = 1
            width = min(self._clocks, _KEPT_BITS)
            self._words.append(Word(time_us, self._bits & ((1 << width) - 1), self._clocks))
            self._latched += 1
            self._bits &= (1 << _KEPT_BITS) - 1
            self._clocks = 0
