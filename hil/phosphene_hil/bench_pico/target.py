# SPDX-License-Identifier: Apache-2.0
"""Sensors that a bench Pico plays on an I2C bus: the host works out their registers, the Pico hands them out."""

from __future__ import annotations

from typing import Literal

from phosphene_hil.bench_pico.instrument_file import TargetBus
from phosphene_hil.bench_pico.pico import Pico
from phosphene_tools.sim.devices.bme280 import Bme280
from phosphene_tools.sim.devices.tmp117 import CELSIUS_PER_STEP

_TMP117_RESULT, _TMP117_IDENTITY = 0, 15  # its datasheet SNOSD82, table 7-3
_TMP117_ID = 0x0117
_CELSIUS = 21.0


class Target:
    """One sensor at `address`. `width` is that of a register in bytes: 2 as a TMP117's, 1 as a BME280's."""

    def __init__(self, pico: Pico, bus: TargetBus, address: int, width: Literal[1, 2]) -> None:
        self._pico = pico
        self._bus = bus
        self._address = address
        self._width = width

    def plug(self, *, plugged: bool) -> None:
        """Answer at the address, or leave it to nobody."""
        bus = self._bus
        where = {"id": bus.id, "sda": bus.sda, "scl": bus.scl, "address": self._address if plugged else 0}
        self._pico.call("bench.target", **where, width=self._width)

    def store(self, register: int, content: bytes) -> None:
        """Let registers from `register` on hold `content` from now on; between two transfers, never in one."""
        self._pico.call("bench.registers", offset=register * self._width, content=content)


class Tmp117Target(Target):
    """A TMP117."""

    def __init__(self, pico: Pico, bus: TargetBus, address: int) -> None:
        """Take its place, at 21 °C."""
        super().__init__(pico, bus, address, 2)
        self.store(_TMP117_IDENTITY, _TMP117_ID.to_bytes(2, "big"))
        self.measures(_CELSIUS)
        self.plug(plugged=True)

    def measures(self, celsius: float) -> None:
        """Measure `celsius`, -256 to 255.99, from the next transfer on."""
        steps = max(-32768, min(32767, round(celsius / CELSIUS_PER_STEP)))
        self.store(_TMP117_RESULT, steps.to_bytes(2, "big", signed=True))


class Bme280Target(Target):
    """A BME280 that was set up and measures all the time, whatever is written to it."""

    def __init__(self, pico: Pico, bus: TargetBus, address: int) -> None:
        """Take its place, at 21 °C, 1013.25 hPa and 50 %."""
        super().__init__(pico, bus, address, 1)
        self._model = Bme280(_CELSIUS)
        self._show()
        self.plug(plugged=True)

    def measures(self, celsius: float) -> None:
        """Measure this temperature, -40 to 85 °C, from the next transfer on."""
        self._model.celsius = celsius
        self._show()

    def breathes(self, hectopascals: float, percent: float) -> None:
        """Measure this pressure, 300 to 1100 hPa, and humidity, 0 to 100 %."""
        self._model.pascals, self._model.percents = hectopascals * 100, percent
        self._show()

    def _show(self) -> None:
        self.store(0, self._model.measured())
