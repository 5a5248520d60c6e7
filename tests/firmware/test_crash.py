# SPDX-License-Identifier: Apache-2.0
"""A firmware that breaks: everything goes safe, the board comes back, and says why."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from phosphene.errors import Forbidden, LineError, Refused
from phosphene.line.wire import ResetCause
from phosphene_tools.firmware_image import install
from phosphene_tools.places import coprocessor
from tests.firmware.machines import PINS, Machines, at_the_machines, with_machines


@pytest.fixture
def sabotaged(tmp_path: Path) -> Path:
    """A firmware that has the sabotage task."""
    sources = tmp_path / "sources"
    shutil.copytree(coprocessor(), sources, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(Path(__file__).with_name("units") / "sabotage.py", sources / "tasks" / "sabotage.py")
    firmware = tmp_path / "firmware"
    firmware.mkdir()
    install(sources, firmware)
    return firmware


async def breaks(at: Machines, task: str) -> None:
    """Call or start a task that breaks the firmware; the call may or may not be answered."""
    begin = at.mcu.start if (await at.mcu.dictionary()).task(task).is_process else at.mcu.call
    with contextlib.suppress(LineError):
        await begin(task, timeout=0.5)


OUTPUTS = ("pump", "plain")  # one behind ENABLE, one that would go on without a host


BREAKAGES = [
    ("sabotage.exception", ResetCause.SOFT, 1, "the dispatcher failed: ValueError: sabotaged"),
    ("sabotage.exit", ResetCause.SOFT, 1, "the dispatcher failed, in sabotage.exit: SystemExit: "),
    ("sabotage.memory", ResetCause.SOFT, 2, "memory is exhausted: MemoryError: memory allocation failed"),
    ("sabotage.loop", ResetCause.WATCHDOG, 3, "the dispatcher stands, in sabotage.loop"),
    ("sabotage.spin", ResetCause.WATCHDOG, 3, "the dispatcher stands, in sabotage.spin"),
    ("sabotage.timer", ResetCause.WATCHDOG, 4, "the safety timer stands"),
]


def test_it_goes_safe_comes_back_and_tells_once(sabotaged: Path) -> None:
    """Each way on a board of its own, side by side: two of them wait for the watchdog."""

    def breakage(task: str, cause: ResetCause, code: int, says: str) -> Coroutine[Any, Any, None]:
        async def test(at: Machines) -> None:
            async with at.progress():
                await at.arm()
                for output in OUTPUTS:
                    await at.write(output, True)
                await at.until(lambda: all(at.on(output) for output in OUTPUTS))
                boot = at.link.hello.boot_id
                await breaks(at, task)
                await at.until(lambda: not at.on("pump"), 1.0)
                await at.until(lambda: not at.on("plain"), 3.0)
                await at.until(lambda: at.link.hello.boot_id != boot, 10.0)
            assert (at.link.hello.reset_cause, at.link.hello.last_fault) == (cause, code), task
            assert not any(at.on(output) for output in OUTPUTS)
            state = await at.mcu.call("safety.state")
            assert (state.armed, state.fault) == (False, code)
            assert state.crash.startswith(says)
            boot = at.link.hello.boot_id
            await at.board.reset()
            await at.until(lambda: at.link.hello.boot_id != boot)
            assert at.link.hello.last_fault == 0, "a record is told once"
            record = (await at.mcu.call("safety.crash")).record
            assert record.split("\n")[1] in says, "and kept for reading"

        return with_machines(test, shutil.copytree(sabotaged, sabotaged.with_name(task)))

    async def run() -> None:
        await asyncio.gather(*(breakage(*each) for each in BREAKAGES))

    asyncio.run(run())


def test_until_the_watchdog_resets_it_nothing_moves(sabotaged: Path) -> None:
    async def test(at: Machines) -> None:
        await at.write("plain", True)
        await breaks(at, "sabotage.timer")
        await at.until(lambda: not at.on("plain"), 2.0)
        with pytest.raises(Forbidden, match="plain stays safe: the safety timer stands; the watchdog resets the board"):
            await at.write("plain", True)

    at_the_machines(test, sabotaged)


def test_a_lock_closes_in_its_time_though_the_firmware_loops(sabotaged: Path) -> None:
    async def test(at: Machines) -> None:
        await asyncio.sleep(0.7)
        await at.write("oven", True)  # its longest time is kept by the same timer as a lock's
        await at.until(lambda: at.on("oven"))
        await breaks(at, "sabotage.loop")
        await at.until(lambda: not at.on("oven"), 2.0)
        assert at.on_for_s("oven") == pytest.approx(0.6, abs=0.1)

    at_the_machines(test, sabotaged)


def test_modulation_ends_in_its_time_though_the_firmware_loops(sabotaged: Path) -> None:
    async def test(at: Machines) -> None:
        oven = PINS["oven"]
        await asyncio.sleep(0.7)
        await at.mcu.start("pwm.run", output="oven", frequency=1000, percent="50", ms=60_000)
        await at.until(lambda: at.board.pins.pwm(oven) is not None)
        await breaks(at, "sabotage.loop")
        await at.until(lambda: at.board.pins.pwm(oven) is None, 1.5)
        assert not at.on("oven")
        assert at.board.pins.driven(oven) == 0

    at_the_machines(test, sabotaged)


def test_a_process_with_wrong_results_fails_alone(sabotaged: Path) -> None:
    async def test(at: Machines) -> None:
        boot = at.link.hello.boot_id
        wrong = await at.mcu.start("sabotage.results")
        with pytest.raises(LineError, match="ValueError"):
            await wrong.result()
        assert (await at.mcu.call("echo.echo", data=b"well")).data == b"well"
        assert at.link.hello.boot_id == boot

    at_the_machines(test, sabotaged)


def test_an_interlock_holds_at_whichever_moment_the_timer_comes(sabotaged: Path) -> None:
    """The chiller needs the blower; `units/unit_outputs.py` shows that no moment is left in between."""

    async def test(at: Machines) -> None:
        came = 0
        for jumps in range(60):
            came += (await at.mcu.call("sabotage.race", output="chiller", other="blower", jumps=jumps)).done
            await at.mcu.call("echo.echo", data=b"")
            assert at.edges("chiller")[-1:] != [("chiller", 1)]
            assert at.edges("blower")[-1] == ("blower", 0)
        assert came > 10, "it came in the middle often enough to show something"
        assert ("chiller", 1) in at.edges("chiller"), "later interrupts found it on"

    at_the_machines(test, sabotaged)


def test_a_board_without_a_crash_says_so() -> None:
    async def test(at: Machines) -> None:
        assert at.link.hello.last_fault == 0
        assert (await at.mcu.call("safety.state")).crash == ""
        with pytest.raises(Refused, match="keeps no crash record"):
            await at.mcu.call("safety.crash")

    at_the_machines(test)
