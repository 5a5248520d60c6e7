# SPDX-License-Identifier: Apache-2.0
"""The metered dispenser: what flowed, measured outside of the firmware, is what was told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from phosphene.errors import Busy, LineError
from phosphene.exact import Coprocessor
from phosphene.exact.process import ProcessEnded
from phosphene_tools.bench.dispenser import Host, bench_board, run
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.devices.flow_meter import FlowMeter

PULSE_ML = 0.2
PUMP = 18


@dataclass
class Bar:
    """A dispenser without faults on its line, armed."""

    board: SimBoard
    mcu: Coprocessor
    host: Host
    meter: FlowMeter

    async def outcome(self, key: int) -> tuple[str, float, float]:
        answer = await self.mcu.call("dispense.outcome", key=key)
        return answer.outcome, float(answer.min_ml), float(answer.max_ml)

    async def settled(self, key: int) -> tuple[str, float, float]:
        while (told := await self.outcome(key))[0] == "pouring":
            await asyncio.sleep(0.01)
        return told


def at_a_bar(test: Callable[[Bar], Coroutine[Any, Any, None]]) -> None:
    async def serve() -> None:
        async with bench_board(7, None) as (board, link, host, meter):
            mcu = Coprocessor(link)
            assert (await host.order(1, Decimal("0.4"))).outcome == "done"  # which arms
            try:
                await test(Bar(board, mcu, host, meter))
            finally:
                await mcu.close()

    asyncio.run(serve())


def test_a_dose_is_what_was_asked_for_and_its_key_serves_once() -> None:
    async def test(bar: Bar) -> None:
        before = bar.meter.poured_ml
        process = await bar.mcu.start("dispense.pour", key=7, ml="5")
        steps = [float(step.ml) async for step in process]
        result = await process.result()
        poured = bar.meter.poured_ml - before
        assert result.outcome == "done"
        assert abs(poured - float(result.min_ml)) < PULSE_ML
        assert 5 <= float(result.min_ml) == float(result.max_ml) < 6
        assert steps == sorted(steps)
        assert len(steps) >= 3
        runs = bar.meter.runs
        for ml in ("5", "35"):
            again = await (await bar.mcu.start("dispense.pour", key=7, ml=ml)).result()
            assert (again.outcome, again.min_ml) == ("done", result.min_ml)
        assert bar.meter.runs == runs
        assert (await bar.mcu.call("dispense.last")).key == 7
        assert await bar.outcome(8) == ("never", 0, 0)

    at_a_bar(test)


def test_an_abort_and_a_lost_lease_stop_the_pump_and_are_recorded() -> None:
    async def test(bar: Bar) -> None:
        for key, end in ((2, "abort"), (3, "silence")):
            before = bar.meter.poured_ml
            process = await bar.mcu.start("dispense.pour", key=key, ml="200")
            async for _ in process:
                break
            with pytest.raises(Busy):
                await process_result(bar.mcu, key=9, ml="1")
            if end == "abort":
                await process.abort()
            bar.host.silent = end == "silence"
            with pytest.raises(ProcessEnded):
                await process.result()
            outcome, least, most = await bar.settled(key)
            poured = bar.meter.poured_ml - before
            assert outcome == "aborted"
            assert least == most
            assert 0 < poured < 50
            assert abs(poured - least) < PULSE_ML
            assert not bar.board.pins.level(PUMP)
            bar.host.silent = False

    at_a_bar(test)


async def process_result(mcu: Coprocessor, **arguments: object) -> None:
    """Start a dose that is refused at its first step."""
    try:
        await (await mcu.start("dispense.pour", arguments)).result()
    except ProcessEnded as ended:
        if "being poured" in ended.text:
            raise Busy(ended.text) from ended
        raise


def test_without_flow_it_stops_and_says_so() -> None:
    async def test(bar: Bar) -> None:
        bar.meter.tank_ml = bar.meter.poured_ml + 2
        result = await (await bar.mcu.start("dispense.pour", key=2, ml="10")).result()
        assert result.outcome == "aborted"
        assert "empty" in result.why
        assert abs(float(result.min_ml) - 2) < PULSE_ML

    at_a_bar(test)


def test_after_a_power_cut_the_volume_lies_in_the_range_that_is_told() -> None:
    async def test(bar: Bar) -> None:
        before = bar.meter.poured_ml
        process = await bar.mcu.start("dispense.pour", key=2, ml="100")
        async for step in process:
            if step.ml > 4:
                break
        await bar.board.power_cut()
        poured = bar.meter.poured_ml - before
        told = await bar.host.order(2, Decimal(100))
        assert told.outcome == "unknown"
        assert float(told.min_ml) <= poured <= float(told.max_ml)
        assert told.min_ml > 3, "the marks told it"
        assert told.max_ml - told.min_ml < 5
        assert bar.meter.poured_ml - before == poured, "the rest is not poured by itself"

    at_a_bar(test)


@pytest.mark.parametrize("ml", ["0", "0.05", "-1", "1.2345"])
def test_no_dose_at_all(ml: str) -> None:
    async def test(bar: Bar) -> None:
        runs = bar.meter.runs
        with pytest.raises(LineError):
            await (await bar.mcu.start("dispense.pour", key=2, ml=ml)).result()
        assert bar.meter.runs == runs
        assert (await bar.outcome(2))[0] == "never"

    at_a_bar(test)


def test_doses_on_a_damaged_line_with_resets_are_all_told_and_none_is_poured_twice() -> None:
    figures = asyncio.run(run(40, seed=1, boards=4))
    assert figures["doses"] == 40
    assert figures["double"] == 0, figures["notes"]
    assert figures["untold"] == 0, figures["notes"]
    assert figures["worst_ml_error"] < PULSE_ML
    assert figures["outcomes"]["done"] > 10
    assert figures["boots"] > 4
    assert figures["line_faults"] > 50
