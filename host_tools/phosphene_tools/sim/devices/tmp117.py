# SPDX-License-Identifier: Apache-2.0
"""A TMP117 thermometer, after Texas Instruments' datasheet SNOSD82: what a driver needs of it."""

from __future__ import annotations

import time

CELSIUS_PER_STEP = 1 / 128
_RESULT, _CONFIGURATION, _HIGH, _LOW, _OFFSET, _IDENTITY = 0, 1, 2, 3, 7, 15
_DEFAULTS = {_CONFIGURATION: 0x0220, _HIGH: 0x6000, _LOW: 0x8000, _OFFSET: 0}
_CONFIGURABLE = 0x0FFC
_DATA_READY, _SOFT_RESET = 1 << 13, 1 << 1
_NO_RESULT = 0x8000  # -256 °C until the first conversion has ended
_FIRST_CONVERSION = 0.1255  # seconds, eight averaged conversions


class Tmp117:
    """`celsius` is what it measures, -256 to 255.99 in steps of 1/128 degree; set it at any time."""

    def __init__(self, celsius: float = 25.0) -> None:
        self.celsius = celsius
        self._pointer = 0
        self._registers = dict(_DEFAULTS)
        self._began = time.monotonic()
        self._read = False

    def write(self, data: bytes) -> None:
        """Set the pointer, and the register it points to if two more bytes follow."""
        if not data:
            return
        self._pointer = data[0] & 0x0F
        if len(data) >= 3:
            self._store(int.from_bytes(data[1:3], "big"))

    def read(self, count: int) -> bytes:
        """Return the register that the pointer names, high byte first, again and again."""
        value = self._load().to_bytes(2, "big")
        return (value * (count // 2 + 1))[:count]

    def _store(self, value: int) -> None:
        if self._pointer == _CONFIGURATION:
            if value & _SOFT_RESET:
                self._registers = dict(_DEFAULTS)
                self._began = time.monotonic()
                self._read = False
            else:
                self._registers[_CONFIGURATION] = value & _CONFIGURABLE
        elif self._pointer in _DEFAULTS:
            self._registers[self._pointer] = value

    def _load(self) -> int:
        ready = time.monotonic() - self._began >= _FIRST_CONVERSION
        if self._pointer == _RESULT:
            if not ready:
                return _NO_RESULT
            self._read = True
            steps = round(self.celsius / CELSIUS_PER_STEP) + _signed(self._registers[_OFFSET])
            return max(-32768, min(32767, steps)) & 0xFFFF
        if self._pointer == _CONFIGURATION:
            flag = _DATA_READY if ready and not self._read else 0
            return self._registers[_CONFIGURATION] | flag
        return 0x0117 if self._pointer == _IDENTITY else self._registers.get(self._pointer, 0)


def _signed(value: int) -> int:
    return value - 0x10000 if value & 0x8000 else value
