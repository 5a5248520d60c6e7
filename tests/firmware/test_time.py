# SPDX-License-Identifier: Apache-2.0
"""Clock, stopwatch, timers and alarms of the real firmware while it runs."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest

from phosphene.errors import Busy, OutOfRange, Refused
from tests.firmware.clock_desk import AHEAD_MS, BUZZER, Desk, at_a_desk, next_ring


def test_the_clock_says_whose_word_it_is_and_how_far_it_can_be_off() -> None:
    async def test(desk: Desk) -> None:
        unset = await desk.call("time.now")
        assert (unset.trust, unset.utc, unset.utc_ms) == ("none", "", 0)
        with pytest.raises(Refused, match=r"time\.set"):
            await desk.call("alarm.set", name="tea", utc_ms=AHEAD_MS)
        began = time.monotonic()
        await desk.call("time.set", utc_ms=AHEAD_MS, uncertainty_ms=20)
        first = await desk.call("time.now")
        await asyncio.sleep(0.5)
        now = await desk.call("time.now")
        assert now.trust == "set_by_host"
        assert 490 <= now.utc_ms - first.utc_ms <= (time.monotonic() - began) * 1000 + 20
        shown = datetime.fromtimestamp(now.utc_ms // 1000, UTC)
        assert now.utc == shown.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert now.age_ms == now.utc_ms - AHEAD_MS
        assert now.uncertainty_ms == 20 + 1 + -(-now.age_ms * 50 // 1_000_000)
        with pytest.raises(OutOfRange):
            await desk.call("time.set", utc_ms=0, uncertainty_ms=0)
        with pytest.raises(Refused, match="past"):
            await desk.call("alarm.set", name="tea", utc_ms=AHEAD_MS - 1)

    at_a_desk(test)


def test_a_stopwatch_counts_laps_and_goes_on_after_a_stop() -> None:
    async def test(desk: Desk) -> None:
        await desk.call("stopwatch.start", name="egg")
        with pytest.raises(Refused, match="runs already"):
            await desk.call("stopwatch.start", name="egg")
        await asyncio.sleep(0.2)
        one = await desk.call("stopwatch.lap", name="egg")
        await asyncio.sleep(0.1)
        two = await desk.call("stopwatch.lap", name="egg")
        assert (one.lap, two.lap) == (1, 2)
        assert one.lap_ms + two.lap_ms == two.elapsed_ms
        assert one.lap_ms >= 199
        stopped = (await desk.call("stopwatch.stop", name="egg")).elapsed_ms
        await asyncio.sleep(0.3)
        still = await desk.call("stopwatch.read", name="egg")
        assert (still.elapsed_ms, still.running, still.laps) == (stopped, False, 2)
        with pytest.raises(Refused, match="stands still"):
            await desk.call("stopwatch.lap", name="egg")
        await desk.call("stopwatch.start", name="egg")
        again = await desk.call("stopwatch.read", name="egg")
        assert again.running
        assert stopped <= again.elapsed_ms < stopped + 300  # the rest was not counted
        await desk.call("stopwatch.clear", name="egg")
        with pytest.raises(Refused, match="no stopwatch 'egg'; there are: none"):
            await desk.call("stopwatch.read", name="egg")

    at_a_desk(test)


def test_timers_ring_one_by_one_until_somebody_heard_them() -> None:
    async def test(desk: Desk) -> None:
        events = desk.mcu.events("time.ring")
        await desk.call("timer.start", name="tea", seconds=1)
        await desk.call("timer.start", name="bread", seconds=600)
        with pytest.raises(Busy, match="set already"):
            await desk.call("timer.start", name="tea", seconds=5)
        with pytest.raises(Refused, match="does not ring yet"):
            await desk.call("timer.acknowledge", name="tea")
        assert desk.beeps() == 0
        rang = await asyncio.wait_for(next_ring(events), 8)
        assert (rang.name, rang.kind, rang.error_known) == ("tea", "timer", True)
        assert 1 <= rang.error_ms <= 2
        assert (await desk.call("time.ring")).names == "tea"

        async def beeps() -> int:
            return desk.beeps()

        await desk.until(beeps, lambda n: n >= 2)
        bread = await desk.call("timer.read", name="bread")
        assert (bread.state, bread.kind) == ("running", "timer")
        assert 580_000 < bread.left_ms < 600_000
        assert (await desk.call("timer.acknowledge", name="")).heard == 1
        assert not desk.board.pins.level(BUZZER)
        heard = desk.beeps()
        await asyncio.sleep(0.7)
        assert desk.beeps() == heard
        assert (await desk.call("timer.list")).names == "bread"
        await desk.call("timer.cancel", name="bread")
        with pytest.raises(Refused, match="set are: none"):
            await desk.call("timer.cancel", name="bread")

    at_a_desk(test)


def test_a_board_without_a_buzzer_rings_by_its_event() -> None:
    async def test(desk: Desk) -> None:
        events = desk.mcu.events("time.ring")
        await desk.call("timer.start", name="tea", seconds=1)
        assert (await asyncio.wait_for(next_ring(events), 8)).name == "tea"
        assert (await desk.call("timer.read", name="tea")).state == "ringing"

    at_a_desk(test, buzzer=False)
