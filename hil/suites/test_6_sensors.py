# SPDX-License-Identifier: Apache-2.0
"""Drivers of what a rig measures and moves: each declared part answers, and tells what the bench puts before it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from phosphene.errors import Refused
from phosphene.exact import Coprocessor, ProcessEnded
from phosphene_hil.board import Board
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig

_RANGES = {"tmp117": (-55, 150), "bme280": (-40, 85), "ds18b20": (-55, 125)}
"""What a part can measure, in °C."""


async def done(mcu: Coprocessor, task: str, **arguments: Any) -> Any:
    """Run a process to its end and return its results."""
    return await (await mcu.start(task, **arguments)).result()


async def soon(condition: Callable[[], bool], what: str) -> None:
    """Wait for what must come about."""
    ends = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < ends, what
        await asyncio.sleep(0.005)


@pytest.mark.needs("thermometer", "temperature.read")
async def test_every_thermometer_answers_within_its_range(rig: Rig, mcu: Coprocessor) -> None:
    for sensor in rig.wired.wiring.sensors:
        found = await done(mcu, "temperature.read", sensor=sensor.name)
        least, most = _RANGES[sensor.kind]
        assert least <= found.celsius <= most, sensor.name


@pytest.mark.needs("thermometer", "instrument", "temperature.read")
async def test_every_thermometer_tells_its_temperature(
    rig: Rig, board: Board, mcu: Coprocessor, measure: Measure
) -> None:
    sensors = rig.wired.wiring.sensors
    off: list[float] = []
    for offset in (-10.0, 31.25):
        for at, sensor in enumerate(sensors):
            board.instrument.temperature(sensor.name, offset + at)
        for at, sensor in enumerate(sensors):
            found = await done(mcu, "temperature.read", sensor=sensor.name)
            assert float(found.celsius) == pytest.approx(offset + at, abs=float(found.step)), sensor.name
            off.append(float(found.celsius) - offset - at)
    measure("thermometers off by", off, unit="°C", budget=(-0.1, 0.1))


@pytest.mark.needs("thermometer", "instrument", "temperature.read")
async def test_a_sensor_that_is_off_is_told_by_name_and_comes_back(rig: Rig, board: Board, mcu: Coprocessor) -> None:
    for sensor in rig.wired.wiring.sensors:
        board.instrument.plug(sensor.name, plugged=False)
        try:
            with pytest.raises(ProcessEnded, match=sensor.name):
                await done(mcu, "temperature.read", sensor=sensor.name)
        finally:
            board.instrument.plug(sensor.name, plugged=True)
        await done(mcu, "temperature.read", sensor=sensor.name)


@pytest.mark.needs("climate_sensor", "temperature.air")
async def test_a_climate_sensor_answers_as_there_is_air_on_earth(rig: Rig, mcu: Coprocessor) -> None:
    for sensor in rig.wired.wiring.sensors:
        if sensor.kind == "bme280":
            air = await done(mcu, "temperature.air", sensor=sensor.name)
            assert 300 <= air.hectopascals <= 1100
            assert 0 <= air.percent <= 100


@pytest.mark.needs("climate_sensor", "instrument", "temperature.air")
async def test_a_climate_sensor_tells_pressure_and_humidity(rig: Rig, board: Board, mcu: Coprocessor) -> None:
    name = next(sensor.name for sensor in rig.wired.wiring.sensors if sensor.kind == "bme280")
    for hectopascals, percent in ((700.0, 12.5), (1013.25, 80.0)):
        board.instrument.air(name, hectopascals, percent)
        air = await done(mcu, "temperature.air", sensor=name)
        assert float(air.hectopascals) == pytest.approx(hectopascals, abs=0.2)
        assert float(air.percent) == pytest.approx(percent, abs=0.1)


@pytest.mark.needs("analog", "analog.read")
async def test_every_voltage_is_within_its_scale(rig: Rig, mcu: Coprocessor) -> None:
    for entry in rig.wired.wiring.analog:
        assert (await mcu.call("analog.read", name=entry.name, samples=4)).millivolts <= entry.full_mv


@pytest.mark.needs("analog", "instrument", "analog.read")
async def test_every_voltage_is_told_before_its_divider(rig: Rig, board: Board, mcu: Coprocessor) -> None:
    for share in (0.0, 0.3, 1.0):
        for entry in rig.wired.wiring.analog:
            board.instrument.voltage(entry.name, entry.full_mv * share)
        await asyncio.sleep(0.05)
        for entry in rig.wired.wiring.analog:
            found = await mcu.call("analog.read", name=entry.name, samples=16)
            assert found.millivolts == pytest.approx(entry.full_mv * share, abs=2 + entry.full_mv / 4096), entry.name


@pytest.mark.needs("load_cell", "load_cell.counts")
async def test_every_load_cell_converts(rig: Rig, mcu: Coprocessor) -> None:
    for cell in rig.wired.wiring.load_cells:
        await done(mcu, "load_cell.counts", cell=cell.name, samples=1)


@pytest.mark.needs("load_cell", "instrument", "load_cell.calibrate")
async def test_a_scale_weighs_after_it_was_calibrated(rig: Rig, board: Board, mcu: Coprocessor) -> None:
    cell = rig.wired.wiring.load_cells[0].name
    empty, per_gram = 8_000, 420
    board.instrument.load(cell, empty)
    await done(mcu, "load_cell.tare", cell=cell, samples=1)
    board.instrument.load(cell, empty + 100 * per_gram)
    await done(mcu, "load_cell.calibrate", cell=cell, grams="100", samples=1)
    for grams in (0, 35, -2):
        board.instrument.load(cell, empty + grams * per_gram)
        assert (await done(mcu, "load_cell.read", cell=cell, samples=1)).grams == grams


@pytest.mark.needs("servo", "servo.turn")
async def test_a_servo_turns_and_is_limp_afterwards(rig: Rig, board: Board, mcu: Coprocessor) -> None:
    for servo in rig.wired.wiring.servos:
        output = servo.output
        for degrees in (0, servo.degrees):
            pulse = servo.most_us if degrees else servo.least_us
            turning = await mcu.start("servo.turn", servo=servo.name, degrees=str(degrees), hold_ms=400)
            if "instrument" in rig.features:
                share = pulse * 50 / 1e6
                share = 1 - share if rig.safe(output) else share
                await soon(lambda output=output, share=share: _near(board, output, 50, share), f"no {pulse} µs")
            assert (await turning.result()).pulse_us == pulse
            assert (await mcu.call("gpio.read", name=output)).level == rig.safe(output)
        with pytest.raises(ProcessEnded, match="turns from 0"):
            await done(mcu, "servo.turn", servo=servo.name, degrees=str(servo.degrees + 1), hold_ms=1)


@pytest.mark.needs("autonomous_output", "instrument", "pwm.run")
async def test_a_modulated_output_has_its_duty_and_ends_safe(rig: Rig, board: Board, mcu: Coprocessor) -> None:
    name = rig.output(guarded=False)
    frequency = next(output.pwm_hz for output in rig.outputs if output.name == name) or 1000
    running = await mcu.start("pwm.run", output=name, frequency=frequency, percent="25", ms=0)
    try:
        await soon(lambda: board.instrument.duty(name) is not None, f"{name} was never modulated")
        for percent in ("25", "75"):
            await mcu.call("pwm.set", output=name, percent=percent)
            share = float(percent) / 100 if not rig.safe(name) else 1 - float(percent) / 100
            await soon(lambda share=share: _near(board, name, frequency, share), f"never {percent} % of {frequency} Hz")
    finally:
        await running.abort()
    await soon(lambda: board.instrument.duty(name) is None, f"{name} is modulated for ever")


def _near(board: Board, name: str, frequency: int, share: float) -> bool:
    duty = board.instrument.duty(name)
    return duty is not None and duty.frequency == frequency and abs(duty.share - share) < 0.0001


@pytest.mark.needs("lights", "instrument", "lights.fill")
async def test_lamps_get_their_colours_within_what_their_supply_gives(rig: Rig, board: Board, mcu: Coprocessor) -> None:
    for chain in rig.wired.wiring.lights:
        white = b"\x04" if chain.channels == 4 else b""
        await mcu.call("lights.fill", lights=chain.name, colour=b"\x03\x02\x01" + white)
        wanted = (b"\x02\x03\x01" + white) * chain.count
        await soon(lambda chain=chain, wanted=wanted: board.instrument.lamps(chain.name) == wanted, chain.name)
        if 0 < chain.max_ma < chain.count * chain.channels * 20:
            with pytest.raises(Refused, match="darker"):
                await mcu.call("lights.fill", lights=chain.name, colour=b"\xff" * chain.channels)
            assert board.instrument.lamps(chain.name) == wanted
        await mcu.call("lights.fill", lights=chain.name, colour=bytes(chain.channels))
