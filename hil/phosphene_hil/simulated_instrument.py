# SPDX-License-Identifier: Apache-2.0
"""The instrument of a simulated board: it sets the values of the simulator's devices."""

from __future__ import annotations

from phosphene_hil.instrument import Duty
from phosphene_tools.boards import Rig
from phosphene_tools.boards.sensing import Ds18b20 as DeclaredProbe
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.devices.bme280 import Bme280
from phosphene_tools.sim.devices.one_wire import Ds18b20
from phosphene_tools.sim.parts import FIRST_ADC_PIN

_FULL = 65535


class SimulatedInstrument:
    """See Instrument."""

    def __init__(self, sim: SimBoard, rig: Rig) -> None:
        self._sim = sim
        self._sensors = {sensor.name: sensor for sensor in rig.wiring.sensors}
        self._analog = {entry.name: entry for entry in rig.wiring.analog}
        self._outputs = {output.name: output.pin for output in rig.wiring.outputs}
        self._lights = {chain.name: chain.pin for chain in rig.wiring.lights}

    def temperature(self, sensor: str, celsius: float) -> None:
        """See Instrument."""
        self._sim.parts.thermometers[sensor].celsius = celsius

    def air(self, sensor: str, hectopascals: float, percent: float) -> None:
        """See Instrument."""
        device = self._sim.parts.thermometers[sensor]
        assert isinstance(device, Bme280), f"{sensor} is no climate sensor"
        device.pascals, device.percents = hectopascals * 100, percent

    def plug(self, sensor: str, *, plugged: bool) -> None:
        """See Instrument."""
        declared, device = self._sensors[sensor], self._sim.parts.thermometers[sensor]
        if isinstance(declared, DeclaredProbe):
            assert isinstance(device, Ds18b20)
            wire = self._sim.one_wire(declared.pin)
            wire.devices = [other for other in wire.devices if other is not device] + [device] * plugged
            return
        assert not isinstance(device, Ds18b20)
        bus = self._sim.i2c(declared.i2c)
        if plugged:
            bus.attach(declared.address, device)
        else:
            bus.detach(declared.address)

    def voltage(self, name: str, millivolts: float) -> None:
        """See Instrument."""
        declared = self._analog[name]
        self._sim.set_adc(declared.pin - FIRST_ADC_PIN, min(_FULL, round(millivolts * _FULL / declared.full_mv)))

    def load(self, cell: str, counts: int) -> None:
        """See Instrument."""
        self._sim.parts.scales[cell].counts = counts

    def duty(self, output: str) -> Duty | None:
        """See Instrument."""
        pwm = self._sim.pins.pwm(self._outputs[output])
        return None if pwm is None else Duty(pwm.frequency, pwm.duty_u16 / _FULL)

    def lamps(self, lights: str) -> bytes:
        """See Instrument."""
        return self._sim.lamps(self._lights[lights])

    @property
    def poured_ml(self) -> float:
        """See Instrument."""
        dispenser = self._sim.parts.dispenser
        assert dispenser is not None, 'the test asked for no "dispenser"'
        return dispenser.poured_ml

    async def power_off_for(self, seconds: float) -> None:
        """See Instrument."""
        if self._sim.parts.clock:
            self._sim.parts.clock.pass_time(seconds)
        await self._sim.power_cut()
