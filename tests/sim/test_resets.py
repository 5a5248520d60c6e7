# SPDX-License-Identifier: Apache-2.0
"""Every way in which a board starts again, and what it remembers."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from phosphene_tools.sim import SimError
from phosphene_tools.sim.board import Cause
from tests.sim.desk import LED, Desk, on_a_desk, until

# The firmware's parent process, which is the nursery, as its own /proc/self/stat names it.
PARENT = "int(open('/proc/self/stat').read().rsplit(')', 1)[1].split()[1])"


async def boots(desk: Desk) -> int:
    return (await desk.board.statistics())["boots"]


async def restarted(desk: Desk, before: int) -> None:
    async def more() -> bool:
        return await boots(desk) > before

    await until(more)


@pytest.mark.parametrize(
    ("cause", "number"), [("pin", 2), ("power-on", 1), ("watchdog", 3), ("soft", 4), ("brown-out", 5), ("unknown", 0)]
)
def test_a_reset_tells_its_cause(tmp_path: Path, cause: Cause, number: int) -> None:
    async def scenario(desk: Desk) -> None:
        assert await desk.ask("reset_cause()") == "1"
        await desk.board.reset(cause)
        assert await desk.ask("reset_cause()") == str(number)

    on_a_desk(tmp_path, scenario)


def test_a_cause_that_is_none_is_refused(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        with pytest.raises(SimError, match=r"no reset cause 'magic'.*power-on"):
            await desk.board.reset("magic")  # pyright: ignore[reportArgumentType]

    on_a_desk(tmp_path, scenario)


def test_memory_and_pins_are_lost_files_and_identity_are_kept(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        identity = await desk.ask("unique_id()")
        await desk.ask(f"led = Pin({LED}, Pin.OUT, value=1); open('note', 'w').write('kept')")
        await until(lambda: desk.board.pins.level(LED) == 1)
        await desk.board.reset()
        assert desk.board.pins.level(LED) == 0
        assert desk.board.pins.driven(LED) is None
        assert "NameError" in await desk.ask("led")
        assert await desk.ask("open('note').read()") == "'kept'"
        assert await desk.ask("unique_id()") == identity == repr(desk.board.unique_id).replace('"', "'")

    on_a_desk(tmp_path, scenario, seed=1)


def test_bytes_on_their_way_into_a_board_that_is_reset_are_lost(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        desk.board.freeze()
        desk.send(b"'left over'\n")
        await desk.board.reset()
        assert await desk.ask("'fresh'") == "'fresh'"

    on_a_desk(tmp_path, scenario)


def test_machine_reset_comes_back_soft_with_fallen_pins(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        before = await boots(desk)
        desk.send(f"Pin({LED}, Pin.OUT, value=1); reset()\n".encode())
        await restarted(desk, before)
        assert await desk.ask("reset_cause()") == "4"
        assert desk.board.pins.level(LED) == 0

    on_a_desk(tmp_path, scenario)


@pytest.mark.parametrize("ends", ["soft_reset()", "sys.exit()"])
def test_a_soft_reset_keeps_the_pins(tmp_path: Path, ends: str) -> None:
    async def scenario(desk: Desk) -> None:
        before = await boots(desk)
        desk.send(f"Pin({LED}, Pin.OUT, value=1); {ends}\n".encode())
        await restarted(desk, before)
        assert await desk.ask("reset_cause()") == "4"
        assert desk.board.pins.level(LED) == 1

    on_a_desk(tmp_path, scenario)


def test_the_watchdog_bites_who_does_not_feed_it(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("dog = WDT(timeout=600)")
        before = await boots(desk)
        for _ in range(8):
            await asyncio.sleep(0.1)
            assert await desk.ask("dog.feed()") == "None"
        assert await boots(desk) == before
        await restarted(desk, before)
        assert await desk.ask("reset_cause()") == "3"
        await asyncio.sleep(0.7)
        assert await boots(desk) == before + 1  # a reset stops it

    on_a_desk(tmp_path, scenario)


def test_the_watchdog_bites_a_frozen_firmware(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("dog = WDT(timeout=100)")
        before = await boots(desk)
        desk.board.freeze()
        await restarted(desk, before)
        assert await desk.ask("reset_cause()") == "3"

    on_a_desk(tmp_path, scenario)


def test_a_power_cut_ends_in_a_power_on(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        cut = asyncio.ensure_future(desk.board.power_cut(0.2))
        await asyncio.sleep(0.05)
        assert not cut.done()
        desk.send(b"'into the dark'\n")
        with pytest.raises(SimError, match="off"):
            await desk.board.arm_reset(pin=LED, when="after")
        await cut
        assert await desk.ask("reset_cause()") == "1"

    on_a_desk(tmp_path, scenario)


def test_a_frozen_firmware_goes_on_where_it_stood(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("x = 41")
        desk.board.freeze()
        desk.send(b"x + 1\n")
        await asyncio.sleep(0.05)
        assert desk.receive() == b""
        desk.board.thaw()
        assert await desk.line() == "42"

    on_a_desk(tmp_path, scenario)


def test_a_main_that_fails_later_leaves_the_repl_and_is_counted(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        desk.send(b"raise KeyboardInterrupt\n")  # not an Exception, so the evaluator's loop ends
        await until(lambda: "KeyboardInterrupt" in desk.board.repl_tail)
        await until(lambda: desk.board.repl_tail.rstrip().endswith(">>>"))
        assert await boots(desk) == 1
        await desk.board.reset()
        desk.send(b"port.ioctl = None; poll.unregister(port); del poll\n")

        async def failed() -> bool:
            return (await desk.board.statistics())["faults"] == 1

        await until(failed)
        assert "NameError" in (await desk.board.statistics())["last_fault"]

    on_a_desk(tmp_path, scenario)


def test_resets_by_several_at_once_take_turns(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        results: list[Any] = await asyncio.gather(*(desk.board.reset() for _ in range(5)), return_exceptions=True)
        # Who was overtaken is told so; the last one stands.
        assert results[-1] is None
        assert all(r is None or "reset meanwhile" in str(r) for r in results)
        assert await desk.ask("1 + 1") == "2"
        assert await boots(desk) == 6

    on_a_desk(tmp_path, scenario)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("baud", [None, 115200])
def test_resets_leave_no_file_descriptors_behind(tmp_path: Path, baud: int | None) -> None:
    async def scenario(desk: Desk) -> None:
        nursery = int(await desk.ask(PARENT))

        def open_files() -> list[int]:
            return [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in ("self", nursery)]

        await desk.board.reset()
        before = open_files()
        for _ in range(20):
            await desk.board.reset()
        assert open_files() == before

    on_a_desk(tmp_path, scenario, baud=baud)


def test_a_second_uart_object_may_come_and_go(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        for _ in range(3):
            await desk.ask("[UART(0) for _ in range(5)] and gc.collect()")
        assert await desk.ask("1 + 1") == "2"

    on_a_desk(tmp_path, scenario)


def test_a_reset_that_is_given_up_half_way_can_be_done_again(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        for moment in range(8):
            reset = asyncio.ensure_future(desk.board.reset())
            for _ in range(moment):
                await asyncio.sleep(0)
            reset.cancel()
            await asyncio.gather(reset, return_exceptions=True)
            await desk.board.reset()
            assert await desk.ask("reset_cause()") == "2"

    on_a_desk(tmp_path, scenario)
