# SPDX-License-Identifier: Apache-2.0
"""A chain of 74HC595 shift registers: counts the words that the firmware latches, outside the firmware."""

from __future__ import annotations

from collections import deque
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

    A reset of the micro-controller leaves the register as it is: a word that was cut off
    half-way shows in the `clocks` of the next.
    """

    def __init__(self, keep: int = 1_000_000) -> None:
        self.words: deque[Word] = deque(maxlen=keep)
        self.latched = 0
        """Words latched so far, those no longer kept too."""
        self._data = self._clock = self._latch = 0
        self._bits = 0
        self._clocks = 0

    def since(self, index: int) -> list[Word]:
        """Return the kept words from the `index`-th ever latched on."""
        skip = max(0, len(self.words) - (self.latched - index))
        return list(islice(self.words, skip, None))

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
            self.words.append(Word(time_us, self._bits & ((1 << width) - 1), self._clocks))
            self.latched += 1
            self._bits &= (1 << _KEPT_BITS) - 1
            self._clocks = 0
