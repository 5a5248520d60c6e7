# SPDX-License-Identifier: Apache-2.0
"""Processes on the real firmware: watched to their end, aborted, found again, told rightly when something breaks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from phosphene.errors import OutcomeUnknown, Refused
from phosphene.exact import Process, ProcessEnded, ProcessState
from phosphene_tools.sim.board import SimBoard
from tests.broker.desk import LED, client, on_a_board, rising_edges, until

LOSSY = """
seed = 7
[to_host]
drop = 0.4
"""


async def steps_of(process: Process) -> list[int]:
    return [step.done async for step in process]


def test_progress_comes_in_order_and_then_the_result() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            process = await mcu.start("gpio.pulses", output="led", count=20, period_ms=2)
            first, second = await asyncio.gather(steps_of(process), steps_of(process))
            assert first == second == list(range(1, 21))
            assert (await process.result()).done == 20
            assert process.state is ProcessState.DONE
            assert process.progress == {"done": 20}
            assert await steps_of(process) == list(range(1, 21)), "one who comes late is told all the same"
        assert rising_edges(board, LED) == 20

    on_a_board(scenario)


def test_an_aborted_process_says_so_and_aborting_again_is_no_error() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            process = await mcu.start("gpio.pulses", output="led", count=10_000, period_ms=10)
            await anext(aiter(process))
            await process.abort()
            await process.abort()
            with pytest.raises(ProcessEnded, match=r"it was aborted.*gpio\.pulses, process 1 of boot") as error:
                await process.result()
            assert error.value.state is ProcessState.ABORTED
            assert process.progress is not None
            assert process.progress.done < 10_000
            await process.abort()
            assert board.pins.level(LED) == 0, "its clean-up ran"

    on_a_board(scenario)


def test_aborting_one_that_the_board_has_forgotten_is_no_error() -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            process = await mcu.start("gpio.pulses", output="led", count=10_000, period_ms=10)
        async with client(port) as mcu:
            (found,) = [each for each in await mcu.processes() if each.pid == process.pid]
            await mcu.call("board.abort", pid=found.pid)
            for _ in range(20):  # the board remembers a few that ended
                await (await mcu.start("gpio.pulses", output="led", count=1, period_ms=2)).result()
            with pytest.raises(Refused, match="ended long ago"):
                await mcu.call("board.abort", pid=found.pid)
            await found.abort()
            with pytest.raises((OutcomeUnknown, ProcessEnded)):
                await found.result()

    on_a_board(scenario)


def test_a_process_that_is_refused_by_its_task_tells_the_tasks_reason() -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            process = await mcu.start("gpio.pulses", output="nowhere", count=1, period_ms=2)
            with pytest.raises(ProcessEnded, match="no output 'nowhere'") as error:
                await process.result()
            assert error.value.state is ProcessState.FAILED

    on_a_board(scenario)


def test_another_client_finds_a_process_and_its_result_also_after_its_end() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            started = await mcu.start("gpio.pulses", output="led", count=30, period_ms=10)
        async with client(port) as mcu:
            (found,) = await mcu.processes()
            assert (found.pid, found.session, found.request) == (started.pid, started.session, started.request)
            assert (await found.result()).done == 30
            (again,) = await mcu.processes()
            assert again is found, "one process is one object"
        async with client(port) as mcu:
            (ended,) = await mcu.processes()
            assert (await ended.result()).done == 30
        assert rising_edges(board, LED) == 30

    on_a_board(scenario)


def test_a_line_that_loses_events_delays_the_end_and_does_not_hide_it(run_time_folder: Path) -> None:
    plan = run_time_folder / "plan.toml"
    plan.write_text(LOSSY)

    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port, faults=plan) as mcu:
            for _ in range(3):
                process = await mcu.start("gpio.pulses", output="led", count=10, period_ms=4, timeout=10)
                steps = await steps_of(process)
                assert steps == sorted(set(steps)), "never out of order, never twice"
                assert steps[-1] == 10, "the newest step is always told"
                assert (await process.result()).done == 10
        assert rising_edges(board, LED) == 30

    on_a_board(scenario)


def test_a_reset_in_the_middle_is_told_and_nothing_is_started_again() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            process = await mcu.start("gpio.pulses", output="led", count=10_000, period_ms=10)
            steps = aiter(process)
            await anext(steps)
            waiting = asyncio.create_task(process.result())
            await board.reset("watchdog")
            with pytest.raises(OutcomeUnknown, match=r"the board was reset \(watchdog\).*process 1") as error:
                await waiting
            told = [step.done async for step in steps]
            assert told == sorted(told), "the iteration ends as well"
            edges = rising_edges(board, LED)
            assert await mcu.processes() == []
            assert (await mcu.outcome(error.value)).verdict == "unknown"
            assert (await mcu.call("exact.integer", a=1, op="+", b=1)).value == 2
            assert rising_edges(board, LED) == edges

    on_a_board(scenario)


def test_a_pulled_cable_does_not_touch_the_process() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            process = await mcu.start("gpio.pulses", output="led", count=50, period_ms=10)
            steps = aiter(process)
            await anext(steps)
            waiting = asyncio.create_task(process.result())
            await board.pull_cable()
            await until(lambda: mcu.state.name != "UP")
            await asyncio.sleep(0.2)
            await board.plug_cable()
            assert (await waiting).done == 50
            told = [step.done async for step in steps]
            assert told == sorted(set(told))
            assert told[-1] == 50
        assert rising_edges(board, LED) == 50

    on_a_board(scenario)


def test_a_process_that_the_board_has_forgotten_is_unknown() -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            old = await mcu.start("gpio.pulses", output="led", count=1, period_ms=2)
            pid, session = old.pid, old.session
            await old.result()
            del old
            async with client(port) as other:
                (found,) = await other.processes()
                for _ in range(9):
                    await (await mcu.start("gpio.pulses", output="led", count=1, period_ms=2)).result()
                assert (found.pid, found.session) == (pid, session)
            async with client(port) as other:
                late = Process(
                    other, found.task, pid, boot_id=mcu.hello.boot_id, session=session, request=found.request
                )
                with pytest.raises(OutcomeUnknown, match="the board no longer knows it"):
                    await late.result()

    on_a_board(scenario)
