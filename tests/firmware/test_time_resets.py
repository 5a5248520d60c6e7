# SPDX-License-Identifier: Apache-2.0
"""Timers and alarms of the real firmware across resets: what goes on, and what they know of their error."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

from phosphene.errors import Busy
from phosphene_tools.firmware_image import install
from phosphene_tools.places import coprocessor
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig
from tests.firmware.clock_desk import AHEAD_MS, BUZZER, Desk, at_a_desk, board_json, client, next_ring
from tests.firmware.machines import Machines, at_the_machines


def test_a_timer_outlives_a_reset_and_rings_without_any_host() -> None:
    async def run() -> None:
        async with SimBoard(SimConfig(board_json=board_json(), seed=8)) as board:
            async with client(board) as desk:
                await desk.call("timer.start", name="tea", seconds=2)
                await desk.call("timer.start", name="bread", seconds=600)
                await desk.saved()
            await board.power_cut(0.1)
            ends = time.monotonic() + 10
            while not board.pins.level(BUZZER):  # nobody has called anything since
                assert time.monotonic() < ends
                await asyncio.sleep(0.02)
            async with client(board) as desk:
                assert (await desk.call("time.ring")).names == "tea"
                bread = await desk.call("timer.read", name="bread")
                # How long the board was off, nobody knows; it says so.
                assert (bread.state, bread.error_known) == ("running", False)
                await desk.call("timer.acknowledge", name="tea")
                await desk.call("timer.cancel", name="bread")
                await desk.saved()
                await board.reset()
                await desk.until(lambda: desk.call("timer.list"), lambda listed: listed.names == "")

    asyncio.run(run())


def test_the_time_of_day_puts_right_what_a_reset_made_wrong() -> None:
    async def test(desk: Desk) -> None:
        await desk.call("time.set", utc_ms=AHEAD_MS, uncertainty_ms=10)
        await desk.call("timer.start", name="bread", seconds=600)
        await desk.call("alarm.set", name="wake", utc_ms=AHEAD_MS + 900_000)
        await desk.saved()
        await desk.board.reset()
        wake = await desk.until(lambda: desk.call("timer.read", name="wake"), lambda _: True)
        assert (wake.kind, wake.state, wake.error_known) == ("alarm", "without_clock", False)
        assert not (await desk.call("timer.read", name="bread")).error_known
        # The board was off for five minutes, says the host.
        await desk.call("time.set", utc_ms=AHEAD_MS + 300_000, uncertainty_ms=30)
        bread, wake = await desk.call("timer.read", name="bread"), await desk.call("timer.read", name="wake")
        assert 295_000 < bread.left_ms <= 300_100
        assert bread.error_known
        assert 40 <= bread.error_ms <= 50  # both settings' own, and the drift
        assert 595_000 < wake.left_ms <= 600_000
        assert (wake.state, wake.error_known) == ("running", True)
        # An alarm goes by the clock; a timer that was never lost does not.
        await desk.call("time.set", utc_ms=AHEAD_MS + 899_000, uncertainty_ms=0)
        left = (await desk.call("timer.read", name="bread")).left_ms
        assert 290_000 < left <= bread.left_ms
        events = desk.mcu.events("time.ring")
        assert (await asyncio.wait_for(next_ring(events), 8)).name == "wake"

    at_a_desk(test)


def test_there_is_room_for_sixteen() -> None:
    async def test(desk: Desk) -> None:
        for number in range(16):
            await desk.call("timer.start", name=f"a timer with a long name {number:x}"[-24:], seconds=1000 + number)
        with pytest.raises(Busy, match="16 timers"):
            await desk.call("timer.start", name="one more", seconds=5)
        await desk.saved()
        names = (await desk.call("timer.list")).names.split("\n")
        assert len(names) == 16
        await desk.board.reset()
        after = await desk.until(lambda: desk.call("timer.list"), lambda _: True)
        assert sorted(after.names.split("\n")) == sorted(names)

    at_a_desk(test)


def test_a_running_timer_is_written_again_and_again(tmp_path: Path) -> None:
    """With the checkpoint every 200 ms instead of every ten minutes."""

    async def run() -> None:
        firmware = tmp_path / "firmware"
        firmware.mkdir()
        install(coprocessor(), firmware)
        source = (firmware / "timers.py").read_text()
        for name, ms, test_ms in (("CHECKPOINT_MS", 600_000, 200), ("EACH_MS", 60_000, 1), ("AGAIN_MS", 1000, 50)):
            assert f"\n{name} = const({ms})" in source
            source = source.replace(f"\n{name} = const({ms})", f"\n{name} = const({test_ms})")
        (firmware / "timers.py").write_text(source)
        async with (
            SimBoard(SimConfig(board_json=board_json(), firmware_dir=firmware, seed=8)) as board,
            client(board) as desk,
        ):
            await desk.call("timer.start", name="tea", seconds=600)
            await asyncio.sleep(1.5)
            stored = json.loads((board.flash_dir / "timers.json").read_text())
            assert 590_000 < stored[0][2] <= 599_500

    asyncio.run(run())


@pytest.mark.parametrize("damaged", ["[[", "7", '[["tea"]]', '[["tea", false, "soon", 0, 0]]'])
def test_a_damaged_file_is_told_and_the_board_starts(tmp_path: Path, damaged: str) -> None:
    async def run() -> None:
        firmware = tmp_path / "firmware"
        firmware.mkdir()
        install(coprocessor(), firmware)
        (firmware / "timers.json").write_text(damaged)
        async with (
            SimBoard(SimConfig(board_json=board_json(), firmware_dir=firmware, seed=8)) as board,
            client(board) as desk,
        ):
            listed = await desk.call("timer.list")
            assert (listed.names, "damaged" in listed.trouble) == ("", True)
            await desk.call("timer.start", name="tea", seconds=100)
            await desk.saved()
            stored = json.loads((board.flash_dir / "timers.json").read_text())
            assert [row[0] for row in stored] == ["tea"]

    asyncio.run(run())


def test_an_alarm_that_passed_while_the_board_was_off_rings_when_the_time_is_told() -> None:
    async def test(desk: Desk) -> None:
        await desk.call("time.set", utc_ms=AHEAD_MS, uncertainty_ms=10)
        await desk.call("alarm.set", name="wake", utc_ms=AHEAD_MS + 900_000)
        await desk.saved()
        await desk.board.reset()
        await desk.until(lambda: desk.call("timer.read", name="wake"), lambda wake: wake.state == "without_clock")
        events = desk.mcu.events("time.ring")
        await desk.call("time.set", utc_ms=AHEAD_MS + 90_000_000, uncertainty_ms=10)
        rang = await asyncio.wait_for(next_ring(events), 8)
        assert (rang.name, rang.kind, rang.error_known) == ("wake", "alarm", True)

    at_a_desk(test)


def test_an_armed_board_keeps_a_timer_in_ram_and_says_so() -> None:
    async def test(at: Machines) -> None:
        async with at.progress():
            await at.arm()
            await at.mcu.call("timer.start", name="tea", seconds=100)
            await asyncio.sleep(1.5)
            assert not (await at.mcu.call("timer.list")).saved
            assert (await at.mcu.call("safety.state")).armed
            await at.mcu.call("board.disarm", maintenance=False)
            ends = time.monotonic() + 8
            while not (await at.mcu.call("timer.list")).saved:
                assert time.monotonic() < ends
                await asyncio.sleep(0.05)

    at_the_machines(test)
