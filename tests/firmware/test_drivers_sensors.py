# SPDX-License-Identifier: Apache-2.0
"""Thermometers, climate sensor and converter of the real firmware against devices made from their datasheets."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from phosphene.errors import Refused
from phosphene_tools.sim.devices.bme280 import Bme280
from phosphene_tools.sim.devices.one_wire import Ds18b20
from phosphene_tools.sim.devices.tmp117 import Tmp117
from tests.firmware.driver_desk import PROBES, Desk, at_the_desk


class Noisy(Ds18b20):
    """Flips a bit of the first scratchpads that it sends."""

    bad = 1

    def _scratchpad(self) -> bytes:
        pad = super()._scratchpad()
        if self.bad:
            self.bad -= 1
            return bytes([pad[0] ^ 4]) + pad[1:]
        return pad


class Weak(Ds18b20):
    """Loses its power in the first conversions: what is left is the power-on value, with a good CRC."""

    cuts = 1

    def _scratchpad(self) -> bytes:
        if self.cuts:
            self.cuts -= 1
            self._converted = 85.0
        return super()._scratchpad()


def test_a_tmp117_is_read() -> None:
    async def scenario(desk: Desk) -> None:
        why = await desk.fails("temperature.read", sensor="room")
        assert "no answer at address 0x48 of i2c 0; check its wiring" in why
        sensor = Tmp117(-7.0078125)
        desk.board.i2c(0).attach(0x48, sensor)
        found = await desk.done("temperature.read", sensor="room")  # it waits for the first conversion
        assert (found.celsius, found.step) == (Decimal("-7.008"), Decimal("0.0078125"))
        sensor.celsius = 21.5
        assert (await desk.done("temperature.read", sensor="room")).celsius == Decimal("21.500")

    at_the_desk(scenario)


def test_a_bme280_measures_the_air() -> None:
    async def scenario(desk: Desk) -> None:
        sensor = Bme280(23.4, 98_765.4, 61.2)
        desk.board.i2c(0).attach(0x76, sensor)
        for celsius, pascals, percents in ((23.4, 98_765.4, 61.2), (-39.0, 31_000.0, 3.0), (84.0, 109_000.0, 97.0)):
            sensor.celsius, sensor.pascals, sensor.percents = celsius, pascals, percents
            air = await desk.done("temperature.air", sensor="outdoors")
            # One step of the converters, and what the datasheet's integers differ from its floats.
            assert float(air.celsius) == pytest.approx(celsius, abs=0.011)
            assert float(air.hectopascals) == pytest.approx(pascals / 100, abs=0.06)
            assert float(air.percent) == pytest.approx(percents, abs=0.06)
        assert (await desk.done("temperature.read", sensor="outdoors")).celsius == air.celsius
        sensor.power_cycle()  # settings lost: it is set up again
        assert (await desk.done("temperature.air", sensor="outdoors")).celsius == air.celsius
        desk.board.i2c(0).attach(0x76, Bme280(identity=0x58))
        why = await desk.fails("temperature.air", sensor="outdoors")
        assert "a BMP280, which has no humidity" in why
        assert "measures temperature only" in await desk.fails("temperature.air", sensor="room")

    at_the_desk(scenario)


def test_a_ds18b20_is_read_to_its_sixteenth() -> None:
    async def scenario(desk: Desk) -> None:
        assert "check the data wire and its pull-up" in await desk.fails("temperature.read", sensor="pipe")
        probe = Ds18b20(1, -10.125)
        desk.board.one_wire(PROBES).devices.append(probe)
        found = await desk.done("temperature.read", sensor="pipe")
        assert (found.celsius, found.step) == (Decimal("-10.1250"), Decimal("0.0625"))
        assert str(found.celsius) == "-10.1250"
        probe.celsius = 85.0  # what it also says before its first conversion
        assert (await desk.done("temperature.read", sensor="pipe")).celsius == 85

    at_the_desk(scenario)


def test_two_probes_on_one_wire_are_told_apart_by_their_codes() -> None:
    async def scenario(desk: Desk) -> None:
        second = Ds18b20(2, 40.5)
        assert second.rom.hex() == "2802000000000070"
        desk.board.one_wire(PROBES).devices += [Ds18b20(1, 20.0), second]
        why = await desk.fails("temperature.read", sensor="pipe")
        assert "declare the rom of this one" in why
        assert second.rom.hex() in why
        # Two processes at once: one waits for the other.
        both = await asyncio.gather(*[desk.done("temperature.read", sensor="second") for _ in range(2)])
        assert [found.celsius for found in both] == [Decimal("40.5")] * 2
        desk.board.one_wire(PROBES).devices.remove(second)
        assert "is it on this wire" in await desk.fails("temperature.read", sensor="second")

    at_the_desk(scenario)


def test_a_disturbed_scratchpad_is_no_temperature() -> None:
    async def scenario(desk: Desk) -> None:
        desk.board.one_wire(PROBES).devices.append(Noisy(1, 20.0))
        assert "its CRC is wrong" in await desk.fails("temperature.read", sensor="pipe")
        assert (await desk.done("temperature.read", sensor="pipe")).celsius == 20

    at_the_desk(scenario)


def test_the_power_on_value_is_no_temperature() -> None:
    async def scenario(desk: Desk) -> None:
        probe = Weak(1, 20.0)
        desk.board.one_wire(PROBES).devices.append(probe)
        assert (await desk.done("temperature.read", sensor="pipe")).celsius == 20
        assert probe.cuts == 0

    at_the_desk(scenario)


def test_what_is_not_declared_is_named() -> None:
    async def scenario(desk: Desk) -> None:
        assert "there are: room outdoors pipe second fork" in await desk.fails("temperature.read", sensor="cellar")
        assert "no driver for a pt100" in await desk.fails("temperature.read", sensor="fork")
        with pytest.raises(Refused, match="there are: battery knob"):
            await desk.mcu.call("analog.read", name="x", samples=1)

    at_the_desk(scenario)


@pytest.mark.parametrize(
    ("name", "channel", "full_mv"), [("battery", 0, 16500), ("knob", 1, 3300)], ids=["divided", "plain"]
)
def test_a_voltage_is_measured(name: str, channel: int, full_mv: int) -> None:
    async def scenario(desk: Desk) -> None:
        for value in (0, 1, 32768, 65535):
            desk.board.set_adc(channel, value)
            for samples in (1, 255):
                found = await desk.mcu.call("analog.read", name=name, samples=samples)
                assert found.raw == value
                assert found.millivolts == (2 * value * full_mv + 65535) // (2 * 65535)

    at_the_desk(scenario)
