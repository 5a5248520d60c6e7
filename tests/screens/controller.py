# SPDX-License-Identifier: Apache-2.0
"""A panel at the end of the wires: `spidev` and `RPi.GPIO`, and the controller that listens to them.

It knows what the controllers of luma's colour panels have in common: set columns, set rows, write memory; command and
data told apart by the DC pin. What it shows is what was written to its memory, not what anybody meant.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

DC, BACKLIGHT = 24, 18


class Controller:
    """Of MIPI's command set (ILI…, ST…: two bytes a coordinate, three a pixel) or of Solomon's (one byte, two). Behind
    a 16-bit shift register, it sees every second byte of a command's arguments.
    """

    def __init__(self, width: int, height: int, *, solomon: bool = False, shifted: bool = False) -> None:
        self.memory: NDArray[np.uint8] = np.full((height, width, 3), 99, np.uint8)
        self.pins: dict[int, int] = {}
        self.pixel_bytes = 0
        self.gone = False
        self.speed_hz = 0
        self._columns, self._rows, self._write = (0x15, 0x75, 0x5C) if solomon else (0x2A, 0x2B, 0x2C)
        self._solomon, self._shifted = solomon, shifted
        self._command = 0
        self._arguments = bytearray()
        self._window = [0, width - 1, 0, height - 1]
        self._at = 0

    def take(self, data: bytes) -> None:
        """Bytes on the bus."""
        if self.gone:
            raise OSError(121, "Remote I/O error")
        if not self.pins[DC]:
            for byte in data:
                self._command, self._arguments, self._at = byte, bytearray(), 0
            return
        if self._command == self._write:
            self._pixels(data)
            return
        self._arguments += data
        if self._command in (self._columns, self._rows):
            pairs = bytes(self._arguments[self._shifted :: 1 + self._shifted])
            numbers = list(pairs) if self._solomon else [*np.frombuffer(pairs[: len(pairs) // 2 * 2], ">u2")]
            if len(numbers) >= 2:
                first = 0 if self._command == self._columns else 2
                self._window[first : first + 2] = [int(number) for number in numbers[:2]]

    def _pixels(self, data: bytes) -> None:
        self.pixel_bytes += len(data)
        left, right, top, bottom = self._window
        size = 2 if self._solomon else 3
        # A transfer may end within a pixel; the next one goes on with it.
        self._arguments += data
        data = bytes(self._arguments[: len(self._arguments) // size * size])
        del self._arguments[: len(data)]
        pixels = self._colours(np.frombuffer(data, np.uint8).reshape(-1, size))
        y, x = np.divmod(np.arange(self._at, self._at + len(pixels)), right - left + 1)
        assert not len(y) or top + y[-1] <= bottom, "more pixels than the window holds"
        self.memory[top + y, left + x] = pixels
        self._at += len(pixels)

    def _colours(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if not self._solomon:
            return pixels
        words = pixels[:, 0].astype(np.uint16) << 8 | pixels[:, 1]
        return np.stack([words >> 11 << 3, (words >> 5 & 63) << 2, (words & 31) << 3], axis=1).astype(np.uint8)


def wire(controller: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the two packages where luma imports them."""

    class SpiDev:
        mode = 0

        def open(self, port: int, device: int) -> None:
            if controller.gone:
                raise FileNotFoundError(2, "No such file or directory")

        @property
        def max_speed_hz(self) -> int:
            return controller.speed_hz

        @max_speed_hz.setter
        def max_speed_hz(self, speed: int) -> None:
            controller.speed_hz = speed

        def writebytes(self, data: Any) -> None:
            controller.take(bytes(data))

        def close(self) -> None:
            """Nothing is held."""

    spidev: Any = ModuleType("spidev")
    spidev.SpiDev = SpiDev
    gpio: Any = ModuleType("RPi.GPIO")
    gpio.LOW, gpio.HIGH, gpio.OUT, gpio.BCM = 0, 1, 0, 11
    gpio.setmode = lambda mode: None
    gpio.setup = lambda pin, direction: None
    gpio.output = controller.pins.__setitem__
    gpio.cleanup = lambda pins=None: None
    package: Any = ModuleType("RPi")
    package.GPIO = gpio
    monkeypatch.setitem(sys.modules, "spidev", spidev)
    monkeypatch.setitem(sys.modules, "RPi", package)
    monkeypatch.setitem(sys.modules, "RPi.GPIO", gpio)
