# SPDX-License-Identifier: Apache-2.0
"""Answers the firmware's requests: I2C and 1-Wire transfers, flash."""

from __future__ import annotations

import asyncio
import errno
import random
import struct
from collections.abc import Callable, Iterable
from pathlib import Path

from phosphene_tools.sim.devices.i2c import I2CBus, Reply
from phosphene_tools.sim.devices.nor_flash import NorFlash, Step
from phosphene_tools.sim.devices.one_wire import OneWireBus

I2C, ONE_WIRE, FLASH = 1, 2, 3  # as in the shim; 4 is the emulated chip's clock
WORLD = 5

_I2C = struct.Struct("<BBBxH")  # bus, address, whether it writes; bytes to read
_ONE_WIRE = struct.Struct("<BBBB")  # pin, operation, bits, value
_FLASH = struct.Struct("<BBxxII")  # operation, length of the name; offset, count or size
_WIRE_RESET, _WIRE_WRITE, _WIRE_READ = 0, 1, 2
_OPEN, _READ, _ERASE, _PROGRAM = 0, 1, 2, 3

Look = Callable[[Callable[[], None]], None]
"""Brings the world up to date, that is the boards that this one's pins are wired to; calls what it is given then."""


class Peripherals:
    """What is wired to the board, and the flash beside the file system; all of it outlives resets."""

    def __init__(self, chip_folder: Path, blackout: Callable[[bool], None], dice: random.Random) -> None:
        """`blackout` is told when the chip stops hearing its interrupts, and when it hears them again."""
        self.buses: dict[int, I2CBus] = {}
        self.one_wires: dict[int, OneWireBus] = {}
        self.look: Look = lambda done: done()
        self._folder = chip_folder
        self._blackout = blackout
        self._dice = dice
        self._regions: dict[str, NorFlash] = {}
        self._writing: asyncio.Task[None] | None = None
        self._step: tuple[NorFlash, Step] | None = None

    def request(self, device: int, payload: bytes, reply: Reply) -> None:
        """Answer a request, now or later."""
        try:
            if device == I2C:
                self._i2c(payload, reply)
            elif device == ONE_WIRE:
                reply(0, self._one_wire(payload))
            elif device == FLASH:
                self._flash(payload, reply)
            elif device == WORLD:
                self.look(lambda: reply(0, b""))
            else:
                reply(errno.ENODEV, b"")
        except OSError as error:
            reply(error.errno or errno.EIO, b"")

    def reset(self, *, power: bool) -> None:
        """The board was reset: a flash step that runs is finished by the flash itself, unless its power goes too."""
        if self._writing is None:
            return
        self._writing.cancel()
        self._writing = None
        if self._step is not None:
            region, step = self._step
            self._step = None
            if power:
                region.tear(step, self._dice)
            else:
                region.apply(step)
        self._blackout(False)

    def _i2c(self, payload: bytes, reply: Reply) -> None:
        number, address, writes, count = _I2C.unpack_from(payload)
        bus = self.buses.get(number)
        if bus is None:
            raise OSError(errno.EIO, "nothing on this bus")
        data = payload[_I2C.size :] if writes else None
        if bus.beyond is not None and bus.device(address) is None:
            bus.beyond(address, data, count, reply)
        else:
            reply(0, bus.transfer(address, data, count))

    def _one_wire(self, payload: bytes) -> bytes:
        pin, operation, bits, value = _ONE_WIRE.unpack(payload)
        bus = self.one_wires.get(pin)
        if operation == _WIRE_RESET:
            return bytes([bus is not None and bus.reset()])
        if bus is None:
            return b"\xff"
        if operation == _WIRE_WRITE:
            for i in range(bits):
                bus.slot(value >> i & 1)
            return b""
        return bytes([sum(bus.slot(1) << i for i in range(bits))])

    def _flash(self, payload: bytes, reply: Reply) -> None:
        operation, length, offset, count = _FLASH.unpack_from(payload)
        name = payload[_FLASH.size : _FLASH.size + length].decode()
        data = payload[_FLASH.size + length :]
        if operation == _OPEN:
            if not name.isidentifier():
                raise OSError(errno.EINVAL, "a region's name is an identifier")
            self._regions[name] = NorFlash(self._folder / f"{name}.nor", count)
            reply(0, b"")
            return
        region = self._regions[name]
        if operation == _READ:
            reply(0, region.read(offset, count))
        else:
            steps = region.erase(offset, count) if operation == _ERASE else region.program(offset, data)
            self._writing = asyncio.get_running_loop().create_task(self._write(region, steps, reply))

    async def _write(self, region: NorFlash, steps: Iterable[Step], reply: Reply) -> None:
        """Go through the steps in the flash's own time; meanwhile the chip hears nothing."""
        self._blackout(True)
        status = 0
        try:
            for step in steps:
                self._step = region, step
                await asyncio.sleep(step.seconds)
                region.apply(step)
                self._step = None
        except OSError as error:
            status = error.errno or errno.EIO
        self._writing = None
        self._blackout(False)
        reply(status, b"")
