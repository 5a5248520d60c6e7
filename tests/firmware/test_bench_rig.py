# SPDX-License-Identifier: Apache-2.0
"""The rig with one of each part, as `phosphene sim --rig sim-bench` brings it up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any

import pytest

from phosphene.errors import PhospheneError
from phosphene.exact import ProcessEnded
from phosphene_tools.bench.board import linked
from phosphene_tools.boards import board_json, load_rig
from phosphene_tools.sim import SimError
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig
from phosphene_tools.sim.devices.bme280 import Bme280
from tests.firmware.rig import Rig


class Bench(Rig):
    """The board, and shorter words for its processes."""

    async def done(self, task: str, **arguments: Any) -> Any:
        """The results of a process."""
        return await asyncio.wait_for((await self.mcu.start(task, **arguments)).result(), 20)

    async def counts(self, cell: str) -> int:
        """What a scale reads. A computer so busy that the simulated chip comes late too often is given a few tries."""
        why = ""
        for _ in range(5):
            try:
                return (await self.done("load_cell.counts", cell=cell, samples=1)).counts
            except ProcessEnded as ended:
                why = str(ended)
        raise AssertionError(why)


def at_the_bench(test: Callable[[Bench], Coroutine[Any, Any, None]]) -> None:
    wired = load_rig("sim-bench")
    pins = {output.name: output.pin for output in wired.wiring.outputs}

    async def run() -> None:
        config = SimConfig(board_json=board_json(wired), heap_bytes=wired.mcu.heap_kib * 1024, seed=7, parts=True)
        async with SimBoard(config) as board, linked(board) as (link, mcu):
            await test(Bench(board, link, mcu, pins))

    asyncio.run(run())


def test_every_part_answers_with_what_is_before_it() -> None:
    async def scenario(bench: Bench) -> None:
        parts = bench.board.parts
        parts.thermometers["tank"].celsius = 55.0
        parts.scales["scale"].counts = 1234
        for sensor, celsius in (("room", 21), ("outdoors", 21), ("pipe", 21), ("tank", 55)):
            assert (await bench.done("temperature.read", sensor=sensor)).celsius == celsius, sensor
        air = await bench.done("temperature.air", sensor="outdoors")
        assert (air.percent, air.hectopascals) == (Decimal("50.00"), Decimal("1013.25"))
        assert (await bench.mcu.call("analog.read", name="battery", samples=3)).millivolts == 8250
        assert await bench.counts("scale") == 1234
        assert (await bench.mcu.call("lights.fill", lights="ring", colour=b"\x01\x02\x03")).milliamperes == 4
        assert bench.board.lamps(13) == b"\x02\x01\x03" * 8
        assert (await bench.done("servo.turn", servo="pointer", degrees="45", hold_ms=50)).pulse_us == 1500
        assert (await bench.mcu.call("time.battery")).state == "not_believed"
        await bench.mcu.call("dispense.last")  # compiles the task, for which an armed board has no time
        async with bench.progress():
            await bench.arm()
            dose = await bench.done("dispense.pour", key=1, ml="2")
        assert dose.outcome == "done"
        assert parts.dispenser is not None
        assert parts.dispenser.poured_ml == pytest.approx(float(dose.max_ml), abs=0.21)

    at_the_bench(scenario)


def test_a_thermostat_holds_by_a_bme280() -> None:
    async def scenario(bench: Bench) -> None:
        sensor = bench.board.parts.thermometers["outdoors"]
        assert isinstance(sensor, Bme280)
        holding = await bench.mcu.start("thermostat.hold", thermostat="warmth", celsius="25")
        await bench.until(lambda: bench.on("heater"))
        sensor.celsius = 26.0
        await bench.until(lambda: not bench.on("heater"))
        sensor.power_cycle()  # settings lost: blind for a reading, then it is set up again
        sensor.celsius = 24.0
        await bench.until(lambda: bench.on("heater"))
        sensor.celsius = 46.0
        with pytest.raises(ProcessEnded, match=r"cut-off is 45\.0"):
            await asyncio.wait_for(holding.result(), 5)
        assert not bench.on("heater")

    at_the_bench(scenario)


def test_an_output_is_modulated_with_the_frequency_of_its_rig_only() -> None:
    async def scenario(bench: Bench) -> None:
        with pytest.raises(PhospheneError, match="fan is made for 25000 Hz"):
            await bench.done("pwm.run", output="fan", frequency=1000, percent="50", ms=10)
        assert not bench.on("fan")
        assert (await bench.done("pwm.run", output="fan", frequency=25_000, percent="50", ms=10)).ms == 10

    at_the_bench(scenario)


def test_a_board_without_parts_says_how_to_get_them() -> None:
    async def run() -> None:
        async with SimBoard(SimConfig(board_json=board_json(load_rig("sim-bench")))) as board:
            with pytest.raises(SimError, match="parts=True"):
                _ = board.parts

    asyncio.run(run())
