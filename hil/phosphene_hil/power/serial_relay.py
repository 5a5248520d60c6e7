# SPDX-License-Identifier: Apache-2.0
"""A relay on a serial port: the cheap USB ones with a CH340, and whatever else takes a few bytes."""

from __future__ import annotations

import asyncio
from typing import Any

from phosphene_hil.power.switch import PowerError

_WRITE_S = 2.0


def lcus(channel: int, *, closed: bool) -> bytes:
    """Return the four bytes that most of the cheap relays take: 0xA0, channel, state, and the sum of these three."""
    head = bytes((0xA0, channel, closed))
    return head + bytes((sum(head) & 0xFF,))


class SerialRelay:
    """See Switch. The relay says nothing back, so `state` is what was asked for last: None before the first time."""

    def __init__(self, port: str, on: bytes, off: bytes, baud: int = 9600) -> None:
        """`on` and `off` are what is written, as it stands."""
        self._port = port
        self._baud = baud
        self._words = (off, on)
        self._serial: Any = None
        self._on: bool | None = None

    async def set(self, *, on: bool) -> None:
        """See Switch."""
        await asyncio.to_thread(self._write, self._words[on])
        self._on = on

    async def state(self) -> bool | None:
        """See Switch."""
        return self._on

    async def close(self) -> None:
        """See Switch."""
        if self._serial is not None:
            self._serial.close()
            self._serial = None

    def _write(self, data: bytes) -> None:
        import serial

        place = f"relay on {self._port}"
        try:
            if self._serial is None:
                # An adapter without power answers nothing, and must not hold the run up for ever.
                self._serial = serial.serial_for_url(self._port, baudrate=self._baud, write_timeout=_WRITE_S)
            self._serial.write(data)
            self._serial.flush()
        except (OSError, ValueError) as error:  # pyserial's own are OSErrors
            number = getattr(error, "errno", None)
            if number == 13:
                cure = "install the udev rule (phosphene hil doctor --udev), or join the group dialout"
                raise PowerError("the port may not be opened", place=place, cure=cure) from error
            cure = "plug the relay in; see the names in /dev/serial/by-id"
            raise PowerError(f"the relay can't be reached: {error}", place=place, cure=cure) from error
