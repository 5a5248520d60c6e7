# SPDX-License-Identifier: Apache-2.0
"""Timers and alarms: they need no host, outlive a reset, and say how wrong they can be. docs/time.md."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene_hil.board import Board
from phosphene_hil.expect import Expect
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig

TIMER, ALARM = "bench timer", "bench alarm"
PATIENCE_S = 10.0
OUR_CLOCK_MS = 1000
"""What we say our own clock can be off."""
DAY_S = 86_400


async def until(look: Callable[[], Coroutine[Any, Any, Any]], done: Callable[[Any], bool]) -> Any:
    """Ask until the answer is as it must become; a board that is just starting may not answer."""
    ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            if done(found := await look()):
                return found
        except LineError as error:
            found = error
        assert time.monotonic() < ends, f"within {PATIENCE_S:g} s it came no further than {found}"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def forgotten(mcu: Coprocessor, *names: str) -> AsyncGenerator[None]:
    """Take our timers back, whatever became of the test, so that no later reset brings them to life again."""
    try:
        yield
    finally:
        there = (await until(lambda: mcu.call("timer.list"), lambda _: True)).names.split("\n")
        for name in names:
            if name in there:
                await mcu.call("timer.cancel", name=name)
        await saved(mcu)


def now_ms() -> int:
    """Our time of day."""
    return int(time.time() * 1000)


async def tell_the_time(mcu: Coprocessor) -> None:
    """Set the board's time of day to ours; its battery's clock, if it has one, follows within a second."""
    await mcu.call("time.set", utc_ms=now_ms(), uncertainty_ms=OUR_CLOCK_MS)
    await until(lambda: mcu.call("time.battery"), lambda told: told.state in ("absent", "running"))


async def saved(mcu: Coprocessor) -> None:
    """Wait until a reset would lose nothing."""
    await until(lambda: mcu.call("timer.list"), lambda listed: listed.saved)


@pytest.mark.needs("timer.start", "time.ring")
async def test_a_timer_rings_in_its_time_and_says_so(mcu: Coprocessor, expect: Expect, measure: Measure) -> None:
    async with forgotten(mcu, TIMER):
        began = time.monotonic()
        await mcu.call("timer.start", name=TIMER, seconds=2)
        event = await expect.event("time.ring", name=TIMER, timeout=PATIENCE_S)
        took_s = time.monotonic() - began
        assert took_s >= 2 - event.values.error_ms / 1000
        measure("two seconds ring, off by", (took_s - 2) * 1000, unit="ms", budget=(-event.values.error_ms, None))
        measure("error that it states", event.values.error_ms, unit="ms")
        assert event.values.error_known
        assert TIMER in (await mcu.call("time.ring")).names.split("\n")
        assert (await mcu.call("timer.acknowledge", name=TIMER)).heard == 1
        assert TIMER not in (await mcu.call("timer.list")).names.split("\n")


@pytest.mark.needs("timer.start", "reset_control")
@pytest.mark.leaves("reset")
async def test_a_timer_outlives_a_reset_and_is_never_early(board: Board, mcu: Coprocessor, measure: Measure) -> None:
    async with forgotten(mcu, TIMER):
        began = time.monotonic()
        await mcu.call("timer.start", name=TIMER, seconds=3)
        await saved(mcu)
        await board.control.reset()
        left = await until(lambda: mcu.call("timer.read", name=TIMER), lambda _: True)
        assert left.state in ("running", "ringing")
        await until(lambda: mcu.call("time.ring"), lambda ring: TIMER in ring.names.split("\n"))
        took_s = time.monotonic() - began
        assert took_s >= 3
        measure("three seconds over a reset, late by", (took_s - 3) * 1000, unit="ms", budget=(0, None))


@pytest.mark.needs("alarm.set", "reset_control")
@pytest.mark.leaves("reset")
async def test_an_alarm_that_passed_while_the_board_was_off_rings_when_it_knows_the_time(
    board: Board, mcu: Coprocessor
) -> None:
    async with forgotten(mcu, ALARM):
        await tell_the_time(mcu)
        await mcu.call("alarm.set", name=ALARM, utc_ms=now_ms() + 3000)
        await saved(mcu)
        await board.control.power_cut(3.5)
        alarm = await until(lambda: mcu.call("timer.read", name=ALARM), lambda _: True)
        assert alarm.kind == "alarm"
        if (await mcu.call("time.now")).trust == "none":
            assert (alarm.state, alarm.error_known) == ("without_clock", False)
            await tell_the_time(mcu)
        await until(lambda: mcu.call("timer.read", name=ALARM), lambda found: found.state == "ringing")


@pytest.mark.needs("rtc", "reset_control", "time.battery")
@pytest.mark.leaves("reset")
async def test_a_clock_with_a_battery_tells_the_time_after_a_power_cut(
    board: Board, mcu: Coprocessor, measure: Measure
) -> None:
    await tell_the_time(mcu)
    await board.control.power_cut(0.5)
    now = await until(lambda: mcu.call("time.now"), lambda found: found.trust == "rtc")
    off_ms = abs(now.utc_ms - now_ms())
    assert off_ms <= now.uncertainty_ms + 1000
    measure("time of day after a power cut, off by", off_ms, unit="ms", budget=now.uncertainty_ms + 1000)


@pytest.mark.needs("rtc", "instrument", "time.battery")
@pytest.mark.leaves("reset")
async def test_its_uncertainty_grows_as_the_rig_declares(
    rig: Rig, board: Board, mcu: Coprocessor, measure: Measure
) -> None:
    rtc = rig.wired.wiring.rtc
    assert rtc is not None
    await tell_the_time(mcu)
    before = await mcu.call("time.battery")
    off_s = 300 * DAY_S
    await board.instrument.power_off_for(off_s)
    after = await until(lambda: mcu.call("time.battery"), lambda told: told.state == "running")
    grown = after.uncertainty_ms - before.uncertainty_ms
    declared = off_s * rtc.drift_ppm / 1000
    assert grown == pytest.approx(declared, abs=100)
    measure("uncertainty after 300 days off", grown, unit="ms", budget=(declared - 100, declared + 100))
    await tell_the_time(mcu)
