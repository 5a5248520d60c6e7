# SPDX-License-Identifier: Apache-2.0
"""A BME280 climate sensor, after Bosch's datasheet BST-BME280-DS002.

It turns a temperature, a pressure and a humidity into what its converters would have
read, by searching the datasheet's floating-point formulas (appendix 8.1) backwards.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

_TRIMMING, _IDENTITY, _RESET, _MORE_TRIMMING = 0x88, 0xD0, 0xE0, 0xE1
_HUMIDITY_CONTROL, _STATUS, _CONTROL, _CONFIGURATION, _DATA = 0xF2, 0xF3, 0xF4, 0xF5, 0xF7
_RESET_WORD = 0xB6
_CHIP = 0x60
_CONVERSION = 0.0093  # seconds for all three at oversampling × 1 (section 9.1)
_SLEEP, _NORMAL = 0, 3
_ONCE_EACH = 0x24  # oversampling × 1 of temperature and pressure (section 5.4.5)
_SKIPPED = bytes.fromhex("8000008000008000")


@dataclass(frozen=True)
class Trimming:
    """The calibration of one chip (section 4.2.2); those of the worked example in Bosch's BMP280 datasheet."""

    t: tuple[int, int, int] = (27504, 26435, -1000)
    p: tuple[int, int, int, int, int, int, int, int, int] = (36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)
    h: tuple[int, int, int, int, int, int] = (75, 365, 0, 312, 50, 30)

    def low(self) -> bytes:
        """Return registers 0x88 to 0xA1."""
        return struct.pack("<HhhHhhhhhhhhxB", *self.t, *self.p, self.h[0])

    def high(self) -> bytes:
        """Return registers 0xE1 to 0xE7."""
        _, h2, h3, h4, h5, h6 = self.h
        nibbles = (h4 >> 4 & 0xFF, h4 & 15 | (h5 & 15) << 4, h5 >> 4 & 0xFF)
        return struct.pack("<hB", h2, h3) + bytes(nibbles) + struct.pack("<b", h6)

    def fine(self, adc: int) -> float:
        """Return the datasheet's t_fine, 1/5120 of a degree."""
        t1, t2, t3 = self.t
        return (adc / 16384 - t1 / 1024) * t2 + (adc / 131072 - t1 / 8192) ** 2 * t3

    def pascals(self, adc: int, fine: float) -> float:
        """Return the pressure for a reading."""
        p1, p2, p3, p4, p5, p6, p7, p8, p9 = self.p
        a = fine / 2 - 64000
        b = (a * a * p6 / 32768 + a * p5 * 2) / 4 + p4 * 65536
        a = (1 + (p3 * a * a / 524288 + p2 * a) / 524288 / 32768) * p1
        p = (1048576 - adc - b / 4096) * 6250 / a
        return p + (p9 * p * p / 2147483648 + p * p8 / 32768 + p7) / 16

    def percents(self, adc: int, fine: float) -> float:
        """Return the relative humidity for a reading, not yet within 0 to 100."""
        h1, h2, h3, h4, h5, h6 = self.h
        v = fine - 76800
        h = (adc - (h4 * 64 + h5 / 16384 * v)) * (h2 / 65536 * (1 + h6 / 67108864 * v * (1 + h3 / 67108864 * v)))
        return h * (1 - h1 * h / 524288)


class Bme280:
    """Measures `celsius` (-40 to 85), `pascals` (30,000 to 110,000) and `percents`; set them at any time."""

    def __init__(
        self,
        celsius: float = 25.0,
        pascals: float = 101_325.0,
        percents: float = 50.0,
        *,
        trimming: Trimming | None = None,
        identity: int = _CHIP,
    ) -> None:
        """`identity` other than 0x60 makes it another chip: 0x58 is a BMP280's."""
        self.celsius = celsius
        self.pascals = pascals
        self.percents = percents
        self._trimming = trimming or Trimming()
        self._identity = identity
        self._pointer = 0
        self.power_cycle()

    def power_cycle(self) -> None:
        """Forget all settings, as after a loss of power."""
        self._registers = bytearray(256)
        self._registers[_IDENTITY] = self._identity
        self._registers[_TRIMMING : _TRIMMING + 26] = self._trimming.low()
        self._registers[_MORE_TRIMMING : _MORE_TRIMMING + 7] = self._trimming.high()
        self._registers[_DATA : _DATA + 8] = _SKIPPED
        self._humidity_on = False
        self._began: float | None = None

    def write(self, data: bytes) -> None:
        """Set the register pointer; further bytes are pairs of value and next register (section 6.2.1)."""
        if not data:
            return
        self._pointer = data[0]
        register = data[0]
        for i in range(1, len(data), 2):
            self._store(register, data[i])
            register = data[i + 1] if i + 1 < len(data) else register

    def read(self, count: int) -> bytes:
        """Return registers from the pointer on."""
        self._measure()
        content = bytes(self._registers[(self._pointer + i) & 0xFF] for i in range(count))
        self._pointer = (self._pointer + count) & 0xFF
        return content

    def measured(self) -> bytes:
        """Return all 256 registers as of one that was set up for normal mode and has measured what is set now."""
        self._registers[_HUMIDITY_CONTROL], self._registers[_CONTROL] = 1, _ONCE_EACH | _NORMAL
        self._humidity_on = True
        self._registers[_DATA : _DATA + 8] = self._readings(_ONCE_EACH)
        return bytes(self._registers)

    def _store(self, register: int, value: int) -> None:
        if register == _RESET and value == _RESET_WORD:
            self.power_cycle()
        elif register in {_HUMIDITY_CONTROL, _CONFIGURATION}:
            self._registers[register] = value
        elif register == _CONTROL:
            self._registers[register] = value
            self._humidity_on = bool(self._registers[_HUMIDITY_CONTROL] & 7)
            self._began = None if value & 3 == _SLEEP else time.monotonic()

    def _measure(self) -> None:
        control = self._registers[_CONTROL]
        busy = self._began is not None and time.monotonic() - self._began < _CONVERSION
        self._registers[_STATUS] = 8 if busy else 0
        if self._began is None or busy:
            return
        if control & 3 != _NORMAL:  # a forced measurement ends in sleep
            self._registers[_CONTROL] = control & ~3
            self._began = None
        self._registers[_DATA : _DATA + 8] = self._readings(control)

    def _readings(self, control: int) -> bytes:
        trimming = self._trimming
        temperature = _found(20, self.celsius * 5120, trimming.fine)
        fine = trimming.fine(temperature)
        pressure = _found(20, -self.pascals, lambda adc: -trimming.pascals(adc, fine))
        humidity = _found(16, self.percents, lambda adc: trimming.percents(adc, fine))
        return (
            ((pressure << 4).to_bytes(3, "big") if control >> 2 & 7 else _SKIPPED[:3])
            + ((temperature << 4).to_bytes(3, "big") if control >> 5 else _SKIPPED[:3])
            + (humidity.to_bytes(2, "big") if self._humidity_on else _SKIPPED[:2])
        )


def _found(bits: int, value: float, formula: Callable[[int], float]) -> int:
    """The reading for which a rising formula comes closest to `value`."""
    low, high = 0, (1 << bits) - 1
    while low < high:
        middle = (low + high) // 2
        if formula(middle) < value:
            low = middle + 1
        else:
            high = middle
    return low if low == 0 or formula(low) - value < value - formula(low - 1) else low - 1
