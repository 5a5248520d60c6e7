# SPDX-License-Identifier: Apache-2.0
"""The I2C targets of a simulated chip, which another board's controller asks: it waits, as for a stretched clock."""

from __future__ import annotations

import asyncio
import errno
import struct
from collections.abc import Callable

from phosphene_tools.sim.devices.i2c import Reply
from phosphene_tools.sim.records import ToFirmware, encode

_ASKED = struct.Struct("<BBH")  # address, whether it writes; bytes to read
_PATIENCE_S = 1.0
"""After which the controller gives up, as drivers do that a clock is held from."""


class Targets:
    """What was asked of the chip's targets and is not answered yet."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._waiting: dict[int, tuple[Reply, asyncio.TimerHandle]] = {}
        self._number = 0

    def ask(self, unit: int, address: int, data: bytes | None, count: int, reply: Reply) -> None:
        """Let the target of I2C `unit` take `data` and give `count` bytes; errno EIO where there is none."""
        number = self._number = self._number + 1 & 0xFFFF
        timer = asyncio.get_running_loop().call_later(_PATIENCE_S, self.answered, number, errno.ETIMEDOUT, b"")
        self._waiting[number] = reply, timer
        asked = _ASKED.pack(address, data is not None, count) + (data or b"")
        self._send(encode(ToFirmware.TRANSFER, unit, number, asked))

    def answered(self, number: int, status: int, data: bytes) -> None:
        """The chip has answered, or did not in time."""
        if waiting := self._waiting.pop(number, None):
            reply, timer = waiting
            timer.cancel()
            reply(status, data)

    def reset(self) -> None:
        """The chip was reset: it lets go of the wires."""
        for number in tuple(self._waiting):
            self.answered(number, errno.EIO, b"")
