# SPDX-License-Identifier: Apache-2.0
"""The real firmware with a DS3231 on its bus: what it knows after a reset, and when it does not believe the chip."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from phosphene_tools.bench.board import configuration, linked
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig
from phosphene_tools.sim.devices.ds3231 import Ds3231
from phosphene_tools.sim.parts import CLOCK_ADDRESS
from tests.firmware.clock_desk import Desk

PPM = 2
SET_MS = 1_800_000_000_000  # another day than today
DAY = 86_400
BOARD = {"i2c": [{"id": 0, "sda": 4, "scl": 5, "freq": 400_000}], "rtc": {"kind": "ds3231", "i2c": 0, "drift_ppm": PPM}}


class ClockDesk(Desk):
    """A board whose clock is `chip`."""

    @property
    def chip(self) -> Ds3231:
        chip = self.board.i2c(0).device(CLOCK_ADDRESS)
        assert isinstance(chip, Ds3231)
        return chip

    async def battery(self, *states: str) -> Any:
        """What the chip tells, once it is in one of these states."""
        return await self.until(lambda: self.call("time.battery"), lambda told: told.state in states)

    async def set(self, utc_ms: int = SET_MS, uncertainty_ms: int = 20) -> None:
        """Set the time and wait until the chip has it."""
        await self.call("time.set", utc_ms=utc_ms, uncertainty_ms=uncertainty_ms)
        await self.battery("running")

    async def off_for(self, seconds: float) -> None:
        """Cut the board's power; its clock goes on for so long."""
        self.chip.pass_time(seconds)
        await self.board.power_cut()


@asynccontextmanager
async def clock_desk(chip: Ds3231 | None = None) -> AsyncGenerator[ClockDesk]:
    config = configuration() | BOARD
    async with SimBoard(SimConfig(board_json=config, seed=9, parts=True)) as board:
        if chip:
            board.i2c(0).attach(CLOCK_ADDRESS, chip)
            await board.reset()
        async with linked(board) as (_, mcu):
            yield ClockDesk(board, mcu)


def at_the_clock(test: Callable[[ClockDesk], Coroutine[Any, Any, None]], chip: Ds3231 | None = None) -> None:
    async def run() -> None:
        async with clock_desk(chip) as desk:
            await test(desk)

    asyncio.run(run())


def test_the_time_survives_a_power_cut_and_says_how_far_it_can_be_off() -> None:
    """Thirty days without power, with a chip that drifts as far as its datasheet lets it."""
    off_s = 30 * DAY

    async def test(desk: ClockDesk) -> None:
        assert (await desk.call("time.now")).trust == "none"
        assert "never set" in (await desk.battery("not_believed")).trouble
        began, grown, ours = time.monotonic(), off_s * PPM / 1000, 200
        await desk.set(SET_MS, ours)
        assert (await desk.call("time.now")).trust == "set_by_host"
        await desk.off_for(off_s)
        now = None
        for uncertainty_ms in (86_400_000, grown + 500):  # at once to half a second, then better
            now = await desk.until(
                lambda: desk.call("time.now"),
                lambda now, most=uncertainty_ms: now.trust == "rtc" and now.uncertainty_ms < most,
            )
            truth_ms = SET_MS + (off_s + time.monotonic() - began) * 1000
            assert abs(now.utc_ms - truth_ms) <= now.uncertainty_ms
        assert now is not None
        assert grown + ours <= now.uncertainty_ms < grown + ours + 200
        told = await desk.battery("running")
        assert told.uncertainty_ms == pytest.approx(now.uncertainty_ms + 1000, abs=200)

    at_the_clock(test, Ds3231(drift_ppm=PPM))


def test_the_second_is_told_and_kept_to_milliseconds() -> None:
    async def test(desk: ClockDesk) -> None:
        for millis in (1, 500, 999):
            await desk.set(SET_MS + millis, 0)
            host = await desk.call("time.now")
            # Both clocks are the computer's: what they differ by is how late the second was written.
            assert abs(desk.chip.utc * 1000 - host.utc_ms) < 100
        await desk.board.reset()
        now = await desk.until(lambda: desk.call("time.now"), lambda now: 0 < now.uncertainty_ms < 300)
        assert now.trust == "rtc"
        assert abs(desk.chip.utc * 1000 - now.utc_ms) < now.uncertainty_ms + 100

    at_the_clock(test)


def test_an_alarm_needs_no_host_after_a_power_cut() -> None:
    async def test(desk: ClockDesk) -> None:
        await desk.set()
        await desk.call("alarm.set", name="wake", utc_ms=SET_MS + 3_600_000)
        await desk.call("timer.start", name="bread", seconds=7200)
        await desk.saved()
        await desk.off_for(3500)
        bread = await desk.until(lambda: desk.call("timer.read", name="bread"), lambda found: found.error_known)
        assert 3_500_000 < bread.left_ms < 3_700_000
        wake = await desk.call("timer.read", name="wake")
        assert (wake.state, wake.error_known) == ("running", True)
        assert wake.left_ms < 100_000
        await desk.off_for(100)
        await desk.until(lambda: desk.call("time.ring"), lambda ring: ring.names == "wake")

    at_the_clock(test)


def test_a_clock_that_stood_still_is_not_believed_until_it_is_set() -> None:
    async def test(desk: ClockDesk) -> None:
        await desk.set()
        desk.chip.lose_battery()
        await desk.board.power_cut()
        told = await desk.battery("not_believed")
        assert "stood still" in told.trouble
        assert "time.set" in told.trouble
        assert (await desk.call("time.now")).trust == "none"
        await desk.set()
        await desk.board.power_cut()
        await desk.until(lambda: desk.call("time.now"), lambda now: now.trust == "rtc")

    at_the_clock(test)


def test_what_another_program_set_is_not_believed() -> None:
    """Its uncertainty is not known."""

    async def test(desk: ClockDesk) -> None:
        assert "not set by this firmware" in (await desk.battery("not_believed")).trouble
        assert (await desk.call("time.now")).trust == "none"
        await desk.set()
        desk.chip.write(bytes([0x05, 0x13]))  # the thirteenth month
        assert desk.chip.illogical == 1
        desk.chip.write(bytes([0x00, 0, 0, 0, 1, 1, 1, 0x10]))  # 2010, long before it was set
        assert "not set by this firmware" in (await desk.battery("not_believed")).trouble

    at_the_clock(test, Ds3231(time.time()))


class CutShort(Ds3231):
    """Loses the rest of what is written to it after so many writes, as when the power goes."""

    left = 1_000_000

    def write(self, data: bytes) -> None:
        """Take it, or not."""
        if len(data) > 1:
            self.left -= 1
        if self.left >= 0 or len(data) < 2:
            super().write(data)


@pytest.mark.parametrize(("writes", "believed"), [(0, "old"), (1, ""), (2, ""), (3, "new"), (4, "new")])
def test_a_power_cut_while_it_is_set_leaves_no_time_with_a_false_word(writes: int, believed: str) -> None:
    chip = CutShort()

    async def test(desk: ClockDesk) -> None:
        await desk.set(SET_MS, 0)
        chip.left = writes
        await desk.call("time.set", utc_ms=SET_MS + 1000 * DAY, uncertainty_ms=5000)
        await desk.battery("running", "not_believed")
        await desk.board.power_cut()
        if not believed:
            await desk.battery("not_believed")
            assert (await desk.call("time.now")).trust == "none"
            return
        now = await desk.until(lambda: desk.call("time.now"), lambda now: now.trust == "rtc")
        assert (now.utc_ms > SET_MS + DAY * 1000) == (believed == "new")
        assert (now.uncertainty_ms > 5000) == (believed == "new")

    at_the_clock(test, chip)


def test_a_clock_that_does_not_answer_is_told_with_its_place() -> None:
    async def test(desk: ClockDesk) -> None:
        desk.board.i2c(0).detach(CLOCK_ADDRESS)
        await desk.board.power_cut()
        assert "no answer at address 0x68 of i2c 0" in (await desk.battery("not_believed")).trouble
        await desk.call("time.set", utc_ms=SET_MS, uncertainty_ms=0)
        assert (await desk.call("time.now")).trust == "set_by_host"

    at_the_clock(test)
