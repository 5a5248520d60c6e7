# SPDX-License-Identifier: Apache-2.0
"""What a bench Pico does to a board's sensors. What it has no wire for it skips, and says so."""

from __future__ import annotations

from phosphene_hil.bench_pico.control import BenchControl
from phosphene_hil.bench_pico.instrument_file import Setup
from phosphene_hil.bench_pico.pico import Pico
from phosphene_hil.bench_pico.target import Bme280Target, Tmp117Target
from phosphene_hil.instrument import Duty, NotWired
from phosphene_tools.boards.sensing import Bme280, Tmp117


class PicoInstrument:
    """See Instrument. The bench Pico takes the place of the first sensor on the bus that it is wired to."""

    def __init__(self, pico: Pico, setup: Setup, control: BenchControl) -> None:
        self._control = control
        self.played = ""
        """The sensor whose place the bench Pico takes, by the rig's name; empty where it takes none."""
        self._target: Tmp117Target | Bme280Target | None = None
        bus = setup.file.target
        for sensor in setup.rig.wiring.sensors if bus else ():
            if bus and isinstance(sensor, Tmp117 | Bme280) and sensor.i2c == bus.bus:
                kind = Tmp117Target if isinstance(sensor, Tmp117) else Bme280Target
                self.played, self._target = sensor.name, kind(pico, bus, sensor.address)
                break

    def temperature(self, sensor: str, celsius: float) -> None:
        """See Instrument."""
        self._sensor(sensor).measures(celsius)

    def air(self, sensor: str, hectopascals: float, percent: float) -> None:
        """See Instrument."""
        target = self._sensor(sensor)
        if not isinstance(target, Bme280Target):
            raise _no_wire(f"the air at {sensor}")
        target.breathes(hectopascals, percent)

    def plug(self, sensor: str, *, plugged: bool) -> None:
        """See Instrument."""
        self._sensor(sensor).plug(plugged=plugged)

    def voltage(self, name: str, millivolts: float) -> None:
        """See Instrument."""
        raise _no_wire(f"the voltage {name}: a Pico has no converter that makes one")

    def load(self, cell: str, counts: int) -> None:
        """See Instrument."""
        raise _no_wire(f"the load cell {cell}")

    def duty(self, output: str) -> Duty | None:
        """See Instrument."""
        raise _no_wire(f"the modulation of {output}: interrupts are too slow for one")

    def lamps(self, lights: str) -> bytes:
        """See Instrument."""
        raise _no_wire(f"the lamps {lights}: their bits are shorter than an interrupt")

    @property
    def poured_ml(self) -> float:
        """See Instrument."""
        raise _no_wire("what the dispenser pours")

    async def power_off_for(self, seconds: float) -> None:
        """See Instrument: it takes as long as that."""
        await self._control.power_cut(seconds)

    def _sensor(self, name: str) -> Tmp117Target | Bme280Target:
        if self._target is None or name != self.played:
            raise _no_wire(f"the sensor {name}")
        return self._target


def _no_wire(what: str) -> NotWired:
    return NotWired(f"the bench Pico has nothing for {what}")
