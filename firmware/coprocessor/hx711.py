# SPDX-License-Identifier: Apache-2.0
"""Avia HX711: a 24-bit converter for load cells (its datasheet, "Serial interface", figures 2 and 3).

`board.json` declares `"load_cells": [{"name", "data", "clock"}]`; `pulses` 25, 26 or 27
for channel A at gain 128, B at 32, A at 64. `settle_ms` slows all of it down for a chip
that is behind slow couplers, or simulated: the time from a pulse to its bit.
"""

from time import sleep_us, ticks_diff, ticks_us

import device
from machine import Pin, disable_irq, enable_irq
from refusal import refused

BITS = 24
LONGEST_HIGH_US = 50  # "T3"; from 60 us on the chip powers down
RESET_US = 100
SLOW_HIGH_US, SLOW_RESET_US = 500, 1000  # the same for each ms of settling
POLL_MS = 5
PATIENCE_MS = 1000  # after a reset the first conversion takes 400 ms at 10 a second
LEAST, MOST = -0x800000, 0x7FFFFF  # "saturates at"
TRIES = 4

_chips = {}


def named(name: str):
    """The declared chip of this name. Raises Refusal."""
    declared_cells = device.config.get("load_cells", ())
    for declared in declared_cells:
        if declared["name"] == name:
            if name not in _chips:
                _chips[name] = Hx711(declared)
            return _chips[name]
    raise refused("no load cell %r; there are: %s" % (name, " ".join([c["name"] for c in declared_cells])))


class Hx711:
    """One chip, which serves one reading at a time."""

    def __init__(self, declared: dict):
        self.name = declared["name"]
        # Pulled up, so that a wire that is off reads as "not ready" and not as zeros.
        self._data = Pin(declared["data"], Pin.IN, Pin.PULL_UP).value
        self._clock = Pin(declared["clock"], Pin.OUT, value=0).value
        self._pulses = declared.get("pulses", 25)
        self._settle_ms = slow = declared.get("settle_ms", 0)
        self._longest_us = slow * SLOW_HIGH_US or LONGEST_HIGH_US
        self._reset_us = slow * SLOW_RESET_US or RESET_US
        self._taken = False
        self._chosen = False  # the chip knows our channel and gain since its last reset

    def mean(self, samples: int):
        """A process's steps; returns the sum of so many conversions, in counts. Raises Refusal."""
        while self._taken:
            yield POLL_MS
        self._taken = True
        try:
            total = 0
            for _ in range(samples):
                total += yield from self._sample()
            return total
        finally:
            self._taken = False

    def _sample(self):
        """One conversion; a disturbed one is thrown away and the next one taken."""
        left = TRIES
        while True:
            left -= 1
            try:
                if not self._chosen:
                    yield from self._word()  # of the channel that is chosen after a reset
                    self._chosen = True
                value = yield from self._word()
                break
            except ValueError as fault:
                if not left:
                    raise refused("load cell %s: %s" % (self.name, fault))
                # A slow chip has not yet heard its reset, and still says that it is ready.
                yield max(POLL_MS, 2 * self._settle_ms)
        if not LEAST < value < MOST:
            raise refused(
                "load cell %s is at the end of its range: overloaded, wired the wrong way round, or a wire is off"
                % self.name
            )
        return value

    def _word(self):
        """The chip's next word. Raises ValueError with cause and cure."""
        ends = device.clock.ms() + PATIENCE_MS
        while self._data():
            if device.clock.ms() > ends:
                raise ValueError("no conversion within %d ms; check its supply, data and clock wires" % PATIENCE_MS)
            yield POLL_MS
        whole = False
        try:
            value = 0
            for _ in range(BITS):
                self._pulse()
                if self._settle_ms:
                    yield self._settle_ms
                value = value << 1 | self._data()
            for _ in range(self._pulses - BITS):
                self._pulse()
            if self._settle_ms:
                yield self._settle_ms
            # The 25th pulse pulls the line high: the sign that both counted the same.
            if not self._data():
                raise ValueError("the data line stays low after the last pulse; check the clock wire, and for noise")
            whole = True
        finally:
            if not whole:
                self._reset()
        return (value ^ 0x800000) - 0x800000

    def _pulse(self) -> None:
        clock = self._clock
        state = disable_irq()
        began = ticks_us()
        clock(1)
        clock(0)
        high = ticks_diff(ticks_us(), began)
        enable_irq(state)
        if high >= self._longest_us:
            raise ValueError("a clock pulse took %d us and may have reset the chip" % high)

    def _reset(self) -> None:
        """Power down and up: whatever was half read is over ("Reset and power-down")."""
        self._chosen = False
        self._clock(1)
        sleep_us(self._reset_us)
        self._clock(0)
