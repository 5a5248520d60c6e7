# SPDX-License-Identifier: Apache-2.0
"""Broker, client, board and cable end in the middle of things: what happened is told rightly, nothing runs twice.

Effects are words in a shift register outside the firmware, each with a number of its own.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter

import pytest

from phosphene.errors import Late, LineError, LinkLost, OutcomeUnknown
from phosphene.exact import Coprocessor, Dropped, Results
from phosphene.line.broker import calls as calls_module
from phosphene_tools.sim.board import SimBoard
from tests.broker.desk import (
    LATCH,
    LED,
    ClientProcess,
    channel_of,
    client,
    kill_broker,
    on_a_board,
    rising_edges,
    stand_still,
    until,
    words,
)


async def shift_out(mcu: Coprocessor, value: int, timeout: float = 10.0) -> Results | LineError:
    try:
        return await mcu.call("gpio.shift_out", value=value, bits=16, timeout=timeout)
    except LineError as error:
        return error


def check(told: list[Results | LineError], latched: list[int]) -> None:
    """Compare what callers were told, by number, with what really happened."""
    effects = Counter(latched)
    for number, outcome in enumerate(told):
        count = effects[number]
        if isinstance(outcome, Results):
            assert count == 1, f"call {number} was answered and happened {count} times"
        elif isinstance(outcome, OutcomeUnknown):
            assert count == 1 if outcome.executed else count <= 1, f"call {number} happened {count} times: {outcome}"
        else:
            assert count == 0, f"call {number} was refused and happened {count} times: {outcome}"


def test_calls_under_way_when_the_broker_is_killed_are_told_rightly_and_run_once() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            told: list[Results | LineError] = []
            killed: set[int] = set()
            for _ in range(4):
                calls = [asyncio.create_task(shift_out(mcu, len(told) + n)) for n in range(150)]
                reached = len(words(board)) + 40
                await until(lambda reached=reached: len(words(board)) >= reached)
                killed.add(kill_broker(mcu))
                told += await asyncio.gather(*calls)
            check(told, words(board))
            assert len(killed) == 4
            answered = sum(isinstance(outcome, Results) for outcome in told)
            unknown = [outcome for outcome in told if isinstance(outcome, OutcomeUnknown)]
            assert answered + len(unknown) == 600, "nothing else can happen here"
            assert all(outcome.executed for outcome in unknown), "the same boot knows what it executed"
            for outcome in unknown:
                assert (await mcu.outcome(outcome)).verdict in ("executed", "unknown")

    on_a_board(scenario)


def test_a_killed_broker_is_replaced_under_a_process_and_the_process_object_goes_on() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            events = mcu.events()
            process = await mcu.start("gpio.pulses", output="led", count=60, period_ms=10)
            steps = aiter(process)
            await anext(steps)
            waiting = asyncio.create_task(process.result())
            old = kill_broker(mcu)
            assert (await waiting).done == 60
            told = [step.done async for step in steps]
            assert told == sorted(set(told))
            assert told[-1] == 60
            assert channel_of(mcu).broker_pid != old
            hole = await anext(events)
            assert isinstance(hole, Dropped)
            assert hole.count is None
        assert rising_edges(board, LED) == 60

    on_a_board(scenario)


def test_a_start_whose_answer_died_with_the_broker_finds_the_process_that_it_started() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            # The board is stopped with the call in its buffer: it starts the process, and nobody hears the answer.
            await stand_still(board)
            starting = asyncio.create_task(mcu.start("gpio.pulses", output="led", count=20, period_ms=10, timeout=10))
            await asyncio.sleep(0.1)
            kill_broker(mcu)
            board.thaw()
            process = await starting
            assert (await process.result()).done == 20
            assert len(await mcu.processes()) == 1
        assert rising_edges(board, LED) == 20

    on_a_board(scenario)


def test_a_killed_client_leaves_its_process_to_whoever_comes_next() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as watcher:
            doomed = ClientProcess(
                port,
                """
                process = await mcu.start("gpio.pulses", output="led", count=80, period_ms=10)
                print(process.pid, process.session, process.request, flush=True)
                await mcu.call("gpio.shift_out", value=1, bits=16)
                async for step in process:
                    print(step.done, flush=True)
                """,
            )
            pid, session, request = map(int, (await doomed.line()).split())
            await doomed.line()
            doomed.kill()
            (found,) = await watcher.processes()
            assert (found.pid, found.session, found.request) == (pid, session, request)
            assert (await found.result()).done == 80
            assert len((await channel_of(watcher).status()).clients) == 1
            assert words(board) == [1]
        assert rising_edges(board, LED) == 80

    on_a_board(scenario)


def test_calls_of_a_killed_client_that_were_not_sent_never_are() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as watcher:
            doomed = ClientProcess(
                port,
                """
                async def shift(n):
                    await mcu.call("gpio.shift_out", value=n, bits=16, timeout=60)
                await mcu.call("board.clock")
                print("ready", flush=True)
                await asyncio.gather(*(shift(n) for n in range(5000)))
                """,
            )
            await doomed.line()
            await until(lambda: len(words(board)) >= 100)
            doomed.kill()
            async with asyncio.timeout(10):
                while len((await channel_of(watcher).status()).clients) > 1:
                    await asyncio.sleep(0.01)
            await watcher.call("board.clock")
            settled = words(board)
            assert settled == list(range(len(settled))), "in order, each once"
            assert len(settled) < 5000
            await asyncio.sleep(0.1)
            assert words(board) == settled

    on_a_board(scenario)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reset_between_effect_and_answer_is_the_only_unknown(when: str) -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            await board.arm_reset(pin=LATCH, when=when)  # type: ignore[arg-type]
            told = [await shift_out(mcu, 0)]
            assert isinstance(told[0], OutcomeUnknown)
            assert "the board was reset (pin)" in told[0].message
            assert (await mcu.outcome(told[0])).verdict == "unknown"
            told.append(await shift_out(mcu, 1))
            assert isinstance(told[1], Results)
            check(told, words(board))
            assert words(board) == ([0, 1] if when == "after" else [1])

    on_a_board(scenario)


def test_broker_killed_and_board_reset_together() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            calls = [asyncio.create_task(shift_out(mcu, n)) for n in range(100)]
            await until(lambda: len(words(board)) >= 10)
            kill_broker(mcu)
            await board.reset()
            told = await asyncio.gather(*calls)
            check(list(told), words(board))
            assert all(isinstance(outcome, Results | OutcomeUnknown) for outcome in told)

    on_a_board(scenario)


def test_a_pulled_cable_holds_calls_back_and_late_ones_never_run() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            await shift_out(mcu, 0)
            await board.pull_cable()
            await until(lambda: mcu.state.name != "UP")
            late = await shift_out(mcu, 1, timeout=0.1)
            assert isinstance(late, Late)
            patient = asyncio.create_task(shift_out(mcu, 2))
            await asyncio.sleep(0.1)
            await board.plug_cable()
            told = [Results, late, await patient]
            assert isinstance(told[2], Results)
            assert words(board) == [0, 2]

    on_a_board(scenario)


def test_without_a_board_to_come_back_to_calls_end_in_time() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            await stand_still(board)
            try:
                silent = await shift_out(mcu, 1, timeout=0.2)
                assert isinstance(silent, OutcomeUnknown)
                kill_broker(mcu)
                unsent = await shift_out(mcu, 2, timeout=0.2)
                assert isinstance(unsent, Late)
            finally:
                board.thaw()
            async with asyncio.timeout(20):
                while not isinstance(await shift_out(mcu, 3, timeout=1), Results):
                    pass
            assert 2 not in words(board)
            assert words(board).count(1) <= 1

    on_a_board(scenario)


def test_a_broker_that_hangs_delays_an_error_and_nothing_of_what_it_holds_happens_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calls_module, "GRACE_S", 0.2)

    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            os.kill(channel_of(mcu).broker_pid, signal.SIGSTOP)
            try:
                with pytest.raises(Late, match=r"before it was sent: the broker does not answer — gpio\.shift_out"):
                    await mcu.call("gpio.shift_out", value=1, bits=8, timeout=0.1)
                with pytest.raises(LinkLost, match="the broker does not answer"):
                    await channel_of(mcu).status()
            finally:
                os.kill(channel_of(mcu).broker_pid, signal.SIGCONT)
            await mcu.call("gpio.shift_out", value=2, bits=8)
            assert words(board) == [2]
            os.kill(channel_of(mcu).broker_pid, signal.SIGSTOP)
            calls = [asyncio.create_task(shift_out(mcu, n)) for n in range(3, 43)]
            await asyncio.sleep(0.05)
            await channel_of(mcu).close()
            told = [type(await call) for call in calls]
            assert told == [OutcomeUnknown] * 32 + [LinkLost] * 8, "what the broker has, it may send when it wakes"
            os.kill(channel_of(mcu).broker_pid, signal.SIGCONT)

    on_a_board(scenario)


def test_a_closed_channel_settles_what_is_under_way() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            await stand_still(board)
            calls = [asyncio.create_task(shift_out(mcu, n)) for n in range(40)]
            await asyncio.sleep(0.1)
            await channel_of(mcu).close()
            told = await asyncio.gather(*calls)
            board.thaw()
            assert {type(outcome) for outcome in told} == {OutcomeUnknown, LinkLost}
            async with client(port) as other:
                await other.call("board.clock")
            check(list(told), words(board))

    on_a_board(scenario)
