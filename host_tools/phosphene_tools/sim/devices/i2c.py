# SPDX-License-Identifier: Apache-2.0
"""An I2C bus: whole transfers, as the controller of a micro-controller sees them."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Protocol

from phosphene_tools.sim.errors import SimError

_FIRST_ADDRESS, _LAST_ADDRESS = 0x08, 0x77

Reply = Callable[[int, bytes], None]
"""Called with an errno, or 0 and the bytes that were read."""
Beyond = Callable[[int, bytes | None, int, Reply], None]
"""Called with address, bytes to write (None: none), number of bytes to read, and what takes the answer."""


class I2CDevice(Protocol):
    """A device at one address."""

    def write(self, data: bytes) -> None:
        """Take the bytes of one write; none for a mere poll of the address."""
        ...

    def read(self, count: int) -> bytes:
        """Return `count` bytes of one read."""
        ...


class I2CBus:
    """The devices of one bus by their 7-bit address."""

    def __init__(self) -> None:
        self._devices: dict[int, I2CDevice] = {}
        self.beyond: Beyond | None = None
        """Who is asked where no device is: another board on the same wires."""

    def attach(self, address: int, device: I2CDevice) -> None:
        """Wire a device up; it stays through resets of the board, which is not its own. Raises SimError."""
        if not _FIRST_ADDRESS <= address <= _LAST_ADDRESS:
            raise SimError(
                f"no I2C address {address:#04x}", place="simulated board", cure="7-bit addresses are 0x08 to 0x77"
            )
        self._devices[address] = device

    def detach(self, address: int) -> None:
        """Take the device away."""
        self._devices.pop(address, None)

    def device(self, address: int) -> I2CDevice | None:
        """Return the device at `address`, if there is one."""
        return self._devices.get(address)

    def transfer(self, address: int, data: bytes | None, count: int) -> bytes:
        """Write `data` if it is not None, then read `count` bytes. Raises OSError EIO when nobody acknowledges."""
        device = self._devices.get(address)
        if device is None:
            raise OSError(errno.EIO, "no acknowledge")
        if data is not None:
            device.write(data)
        return device.read(count)[:count].ljust(count, b"\xff") if count else b""
