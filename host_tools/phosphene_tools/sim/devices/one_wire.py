# SPDX-License-Identifier: Apache-2.0
"""A 1-Wire bus and a DS18B20 thermometer on it, bit by bit, after Maxim's datasheet 19-7487."""

from __future__ import annotations

import time
from collections.abc import Generator

# In each time slot a device lets the line be (1) or holds it low (0), and then sees what the line was.
Slots = Generator[int, int, None]

_CONVERT, _WRITE_SCRATCHPAD, _READ_SCRATCHPAD, _READ_POWER = 0x44, 0x4E, 0xBE, 0xB4
_SEARCH_ROM, _READ_ROM, _MATCH_ROM, _SKIP_ROM = 0xF0, 0x33, 0x55, 0xCC
_CONVERSION = {9: 0.09375, 10: 0.1875, 11: 0.375, 12: 0.75}  # seconds by resolution in bits
_POWER_ON_CELSIUS = 85.0


class OneWireBus:
    """The line is low in a slot when anybody holds it low."""

    def __init__(self) -> None:
        self.devices: list[Ds18b20] = []
        self._running: list[tuple[Slots, int]] = []

    def reset(self) -> bool:
        """Send a reset pulse; returns whether a device answered with a presence pulse."""
        self._running = []
        for device in self.devices:
            slots = device.transaction()
            self._running.append((slots, next(slots)))
        return bool(self._running)

    def slot(self, bit: int) -> int:
        """Run one time slot: the master writes `bit`, or reads with 1. Returns the line."""
        line = bit
        for _, driven in self._running:
            line &= driven
        running: list[tuple[Slots, int]] = []
        for slots, _ in self._running:
            try:
                running.append((slots, slots.send(line)))
            except StopIteration:
                continue  # silent until the next reset
        self._running = running
        return line

    def write(self, byte: int) -> None:
        """Write eight bits, the lowest first."""
        for i in range(8):
            self.slot(byte >> i & 1)

    def read(self) -> int:
        """Read eight bits, the lowest first."""
        return sum(self.slot(1) << i for i in range(8))


class Ds18b20:
    """`celsius` is what it measures, -55 to 125; `rom` its code of 8 bytes, made from `serial`."""

    def __init__(self, serial: int, celsius: float = 25.0) -> None:
        code = bytes([0x28]) + serial.to_bytes(6, "little")
        self.rom = code + bytes([crc8(code)])
        self.celsius = celsius
        self._converted = _POWER_ON_CELSIUS
        self._done_at = 0.0
        self._settings = bytearray([0x4B, 0x46, 0x7F])  # alarms high and low, configuration

    def transaction(self) -> Slots:
        """What the device does from one reset pulse to the next."""
        command = yield from _receive()
        if command == _SEARCH_ROM:
            chosen = yield from self._search()
        elif command == _READ_ROM:
            yield from _send(self.rom)
            chosen = True
        elif command == _MATCH_ROM:
            chosen = True
            for byte in self.rom:
                chosen &= (yield from _receive()) == byte
        else:
            chosen = command == _SKIP_ROM
        if chosen:
            yield from self._function()

    def _search(self) -> Generator[int, int, bool]:
        for i in range(64):
            bit = self.rom[i >> 3] >> (i & 7) & 1
            yield bit
            yield 1 - bit
            if (yield 1) != bit:
                return False
        return True

    def _function(self) -> Slots:
        command = yield from _receive()
        if command == _CONVERT:
            self._done_at = time.monotonic() + _CONVERSION[self._bits]
            self._converted = self.celsius
            while True:
                yield int(time.monotonic() >= self._done_at)
        elif command == _READ_SCRATCHPAD:
            yield from _send(self._scratchpad())
        elif command == _WRITE_SCRATCHPAD:
            for i in range(3):
                self._settings[i] = yield from _receive()
            self._settings[2] = self._settings[2] & 0x60 | 0x1F
        elif command == _READ_POWER:
            yield 1  # not parasitic

    @property
    def _bits(self) -> int:
        return 9 + (self._settings[2] >> 5 & 3)

    def _scratchpad(self) -> bytes:
        coarse = 1 << 12 - self._bits
        steps = round(self._converted * 16) // coarse * coarse
        content = steps.to_bytes(2, "little", signed=True) + bytes(self._settings) + b"\xff\x0c\x10"
        return content + bytes([crc8(content)])


def crc8(data: bytes) -> int:
    """Return the CRC of 1-Wire ROM codes and scratchpads: x^8 + x^5 + x^4 + 1, the lowest bit first."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8C if crc & 1 else 0)
    return crc


def _receive() -> Generator[int, int, int]:
    byte = 0
    for i in range(8):
        byte |= (yield 1) << i
    return byte


def _send(data: bytes) -> Slots:
    for byte in data:
        for i in range(8):
            yield byte >> i & 1
