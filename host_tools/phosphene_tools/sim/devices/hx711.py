# SPDX-License-Identifier: Apache-2.0
"""An HX711 converter behind a load cell, after Avia's datasheet: two pins, no bus."""

from __future__ import annotations

import asyncio
import contextlib

from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.clock import now_us
from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.pins import Edge

_BITS = 24
_LEAST, _MOST = -0x800000, 0x7FFFFF
_POWER_DOWN_US = 750  # of a high clock, for each ms of settling; 60 in all for the real chip
_SETTLE_MOST = 500  # ms, of a second's conversions: the end of a word must be seen before the next one is ready
_FIRST_CONVERSIONS = 4  # conversions that settling after a reset takes


class Hx711:
    """`counts` is what channel A reads at gain 128, `counts_b` channel B at its gain of 32; set them at any time.

    A pin of the simulated board is read without asking the device, so the firmware has to
    wait for a bit: `settle_ms` of its `board.json` entry, which is to be told here too, and
    which also slows down what a long pulse means. A pulse that is seen late spoils its word,
    which then ends without the high level that the driver looks for; the driver reads again.
    """

    def __init__(
        self, board: SimBoard, *, data: int, clock: int, counts: int = 0, rate: float = 80.0, settle_ms: int = 8
    ) -> None:
        """`rate` is conversions a second: 10 or 80 by the chip's RATE pin. Raises SimError for a settling too slow."""
        if settle_ms * rate > _SETTLE_MOST:
            cure = f"settle within {_SETTLE_MOST / rate:g} ms, or use the rate of 10"
            raise SimError(f"an HX711 that settles in {settle_ms} ms has its next word ready", place="HX711", cure=cure)
        self.counts = counts
        self.counts_b = 0
        self.words = 0
        """Words that were read to their end."""
        self._board = board
        self._data = data
        self._period = 1 / rate
        self._settle_us = settle_ms * 1000
        self._power_down_us = settle_ms * _POWER_DOWN_US
        self._pulses = 0
        self._selected = 25
        self._word = 0
        self._spoiled = False
        self._rose_us = 0
        self._timer: asyncio.TimerHandle | None = None
        self._unwatch = board.pins.watch(clock, self._edge)
        self._reset()

    def close(self) -> None:
        """Take it off the board."""
        self._unwatch()
        self._cancel()
        self._board.set_input(self._data, None)

    def _reset(self) -> None:
        self._selected = 25
        self._convert(_FIRST_CONVERSIONS * self._period)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _convert(self, seconds: float) -> None:
        """Data is high until the conversion is done."""
        self._cancel()
        self._pulses = 0
        self._spoiled = False
        self._board.set_input(self._data, 1)
        self._timer = asyncio.get_running_loop().call_later(seconds, self._ready)

    def _ready(self) -> None:
        self._timer = None
        self._pulses = 0
        with contextlib.suppress(SimError):  # the board was ended meanwhile
            self._board.set_input(self._data, 0)

    def _latch(self) -> None:
        """It converts all the time; the first pulse takes the newest."""
        value = {25: self.counts, 26: self.counts_b, 27: self.counts // 2}[self._selected]
        self._word = max(_LEAST, min(_MOST, value)) & 0xFFFFFF

    def _edge(self, edge: Edge) -> None:
        if edge.level:
            self._rose_us = edge.time_us
            self._pulse(edge.time_us)
        elif edge.time_us - self._rose_us > self._power_down_us:
            self._reset()

    def _pulse(self, time_us: int) -> None:
        if self._timer is not None and self._pulses <= _BITS:
            return  # nothing to read yet
        self._pulses += 1
        if self._pulses == 1:
            self._latch()
        self._spoiled = self._spoiled or now_us() - time_us > self._settle_us // 2
        if self._pulses <= _BITS:
            self._board.set_input(self._data, self._word >> _BITS - self._pulses & 1)
        elif self._pulses > _BITS + 3 or self._spoiled:
            self._board.set_input(self._data, 0)
        elif self._timer is None:
            self.words += 1
            self._selected = self._pulses
            self._board.set_input(self._data, 1)
            self._timer = asyncio.get_running_loop().call_later(self._period, self._ready)
        else:
            self._selected = self._pulses
