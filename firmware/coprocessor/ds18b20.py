# SPDX-License-Identifier: Apache-2.0
"""Maxim DS18B20 thermometers on a 1-Wire bus (datasheet 19-7487)."""

from binascii import hexlify, unhexlify

import device
from machine import Pin
from onewire import OneWire

CONVERT, READ_SCRATCHPAD = 0x44, 0xBE  # "Function commands"
POWER_ON = 85 * 16  # "Temperature register": what it holds before a conversion
PATIENCE_MS = 1000  # a conversion at 12 bits takes 750 ms at most ("Electrical characteristics")
FAMILY = 0x28

_buses = {}  # pin: its bus


class Bus:
    """The wire on one pin, which serves one conversion at a time."""

    def __init__(self, pin: int):
        self.wire = OneWire(Pin(pin))
        self.taken = False


class Ds18b20:
    """One sensor: `pin`, and `rom` in hexadecimal digits where several share the pin."""

    def __init__(self, declared: dict):
        pin = declared["pin"]
        if pin not in _buses:
            _buses[pin] = Bus(pin)
        self._pin = pin
        self._bus = _buses[pin]
        rom = declared.get("rom")
        self._rom = unhexlify(rom) if rom else b""

    def measure(self):
        """A process's steps; returns sixteenths of a degree. Raises ValueError with cause and cure."""
        while self._bus.taken:
            yield 10
        self._bus.taken = True
        try:
            steps = yield from self._converted()
            if steps == POWER_ON:
                # Either 85 degrees, or it lost its power while it converted: then not twice.
                steps = yield from self._converted()
            return steps
        finally:
            self._bus.taken = False

    def _converted(self):
        wire = self._bus.wire
        rom = self._rom or self._only()
        self._select(rom)
        wire.writebyte(CONVERT)
        ends = device.clock.ms() + PATIENCE_MS
        # A sensor with a supply of its own answers 0 until it is done.
        while not wire.readbit():
            if device.clock.ms() > ends:
                raise ValueError(
                    "no conversion in %d ms: is the data wire shorted to ground, or V_DD open?" % PATIENCE_MS
                )
            yield 10
        self._select(rom)
        wire.writebyte(READ_SCRATCHPAD)
        pad = bytes([wire.readbyte() for _ in range(9)])
        return steps_of(pad, wire.crc8(pad[:8]))

    def _select(self, rom: bytes) -> None:
        wire = self._bus.wire
        if not wire.reset():
            raise ValueError(
                "nothing answers on the 1-Wire bus of pin %d: check the data wire and its pull-up of 4.7 kohm"
                % self._pin
            )
        wire.writebyte(wire.MATCH_ROM)
        wire.write(rom)

    def _only(self) -> bytes:
        """The code of the only sensor on the wire."""
        codes = [bytes(code) for code in self._bus.wire.scan()]
        if not codes:
            raise ValueError(
                "nothing answers on the 1-Wire bus of pin %d: check the data wire and its pull-up of 4.7 kohm"
                % self._pin
            )
        if len(codes) > 1:
            there = " ".join([hexlify(code).decode() for code in codes])
            raise ValueError("several devices share pin %d; declare the rom of this one: %s" % (self._pin, there))
        if self._bus.wire.crc8(codes[0]) or codes[0][0] != FAMILY:
            raise ValueError("the device on pin %d is no DS18B20: %s" % (self._pin, hexlify(codes[0]).decode()))
        return codes[0]


def steps_of(pad: bytes, crc: int) -> int:
    """Sixteenths of a degree in a scratchpad whose first eight bytes have `crc`. Raises ValueError."""
    if pad == b"\xff" * 9:
        raise ValueError("the sensor of this rom does not answer: is it on this wire?")
    # All zero has a CRC of zero; the configuration register's low bits tell it ("Configuration register").
    if crc != pad[8] or pad[4] & 0x1F != 0x1F:
        raise ValueError("its CRC is wrong: noise on the wire, too long a wire or too weak a pull-up; try again")
    steps = pad[0] | pad[1] << 8
    # Below 12 bits of resolution the lowest bits are undefined ("Temperature register", figure 4).
    coarse = 3 - (pad[4] >> 5 & 3)
    return ((steps ^ 0x8000) - 0x8000) >> coarse << coarse
