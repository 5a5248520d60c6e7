# SPDX-License-Identifier: Apache-2.0
"""The 1-Wire bus, with the interface of MicroPython's module of this name."""

from struct import pack

import sim_link as link
from sim_pin import pin_number

_ONE_WIRE_DEVICE = 2
_RESET, _WRITE, _READ = 0, 1, 2


class OneWireError(Exception):
    """No device answered."""


class OneWire:
    SEARCH_ROM = 0xF0
    MATCH_ROM = 0x55
    SKIP_ROM = 0xCC

    def __init__(self, pin):
        self.pin = pin
        self._number = pin_number(pin)

    def reset(self, required=False):
        there = bool(self._do(_RESET, 0, 0)[0])
        if required and not there:
            raise OneWireError
        return there

    def readbit(self):
        return self._do(_READ, 1, 0)[0]

    def readbyte(self):
        return self._do(_READ, 8, 0)[0]

    def readinto(self, buf):
        for i in range(len(buf)):
            buf[i] = self.readbyte()

    def writebit(self, value):
        self._do(_WRITE, 1, value & 1)

    def writebyte(self, value):
        self._do(_WRITE, 8, value)

    def write(self, buf):
        for byte in buf:
            self.writebyte(byte)

    def select_rom(self, rom):
        self.reset()
        self.writebyte(self.MATCH_ROM)
        self.write(rom)

    def scan(self):
        """The ROM codes of all devices, found by Maxim's search (application note 187)."""
        found = []
        fork = -1  # the last bit position at which the zero branch was taken, or -1
        rom = bytearray(8)
        while self.reset():
            fork = self._search(rom, fork)
            if fork is None:
                break
            found.append(bytes(rom))
            if fork < 0:
                break
        return found

    def crc8(self, data):
        crc = 0
        for byte in data:
            crc ^= byte
            for _ in range(8):
                crc = crc >> 1 ^ (0x8C if crc & 1 else 0)
        return crc

    def _search(self, rom, fork):
        """Walk one branch into `rom`; the position of the last zero taken at a fork, None if nobody answers."""
        self.writebyte(self.SEARCH_ROM)
        last_zero = -1
        for i in range(64):
            bit = self.readbit()
            complement = self.readbit()
            if bit and complement:
                return None
            if not bit and not complement:
                if i == fork:
                    bit = 1
                elif i < fork:
                    bit = rom[i >> 3] >> (i & 7) & 1
                if not bit:
                    last_zero = i
            mask = 1 << (i & 7)
            rom[i >> 3] = rom[i >> 3] & ~mask | (mask if bit else 0)
            self.writebit(bit)
        return last_zero

    def _do(self, operation, bits, value):
        return link.request(_ONE_WIRE_DEVICE, pack("<BBBB", self._number, operation, bits, value))
