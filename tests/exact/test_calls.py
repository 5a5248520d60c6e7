# SPDX-License-Identifier: Apache-2.0
"""Calls through broker, line and the real firmware: typed results, and one clear error for every wrong input."""

from __future__ import annotations

from decimal import Decimal

import pytest

from phosphene.errors import (
    BadArgument,
    BoardNotFound,
    Late,
    LinkLost,
    OutOfRange,
    Refused,
    UnknownTask,
)
from phosphene.exact import BlockingCoprocessor, Coprocessor, Results
from phosphene.line.link import Link
from phosphene_tools.sim.board import SimBoard
from tests.broker.desk import client, on_a_board, words


def test_results_come_in_their_own_types_and_errors_say_cause_place_and_cure() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            await typed_results(mcu)
            await wrong_calls(mcu)
            await batches(mcu, board)

    on_a_board(scenario)


async def typed_results(mcu: Coprocessor) -> None:
    answer = await mcu.call("exact.decimal", a="0.10", op="+", b=Decimal("0.2"), places=2)
    assert (answer.value, answer.exact) == (Decimal("0.30"), True)
    assert str(answer.value) == "0.30"
    assert answer == {"value": Decimal("0.30"), "exact": True}
    assert isinstance(answer, Results)
    with pytest.raises(AttributeError, match=r"exact\.decimal gives value, exact, not sum"):
        _ = answer.sum
    assert (await mcu.call("exact.integer", a=2, op="^", b=640)).value == 2**640
    assert (await mcu.call("echo.echo", {"data": b"\0\xff"})).data == b"\0\xff"
    assert (await mcu.call("gpio.write", output="led", level=True)) == {}
    assert (await mcu.call("gpio.read", name="led")).level is True


async def wrong_calls(mcu: Coprocessor) -> None:
    before = (await mcu.call("board.statistics")).executed
    with pytest.raises(UnknownTask, match=r"exact\.decmal.*nearest are exact\.decimal"):
        await mcu.call("exact.decmal", a=1)
    with pytest.raises(BadArgument, match=r"a float is not exact.*exact\.decimal"):
        await mcu.call("exact.decimal", a=0.1, op="+", b=1, places=1)
    with pytest.raises(BadArgument, match="places is missing"):
        await mcu.call("exact.decimal", a=1, op="+", b=1)
    with pytest.raises(BadArgument, match=r"place is not known.*did you mean places"):
        await mcu.call("exact.decimal", a=1, op="+", b=1, places=1, place=2)
    with pytest.raises(OutOfRange, match="places takes u8 of at most 32"):
        await mcu.call("exact.decimal", a=1, op="+", b=1, places=33)
    with pytest.raises(OutOfRange, match="data takes bytes of at most 1024 bytes"):
        await mcu.call("echo.echo", data=bytes(1025))
    with pytest.raises(BadArgument, match="is a process"):
        await mcu.call("gpio.pulses", output="led", count=1, period_ms=2)
    with pytest.raises(BadArgument, match="is not a process"):
        await mcu.start("echo.echo", data=b"")
    with pytest.raises(UnknownTask):
        mcu.events("gpio.wach")
    assert (await mcu.call("board.statistics")).executed == before + 1, "something wrong was sent all the same"
    with pytest.raises(Refused, match=r"division by zero — exact\.integer"):
        await mcu.call("exact.integer", a=1, op="/", b=0)
    with pytest.raises(Late):
        await mcu.call("gpio.shift_out", value=1, bits=8, timeout=-1)


async def batches(mcu: Coprocessor, board: SimBoard) -> None:
    many = await mcu.batch([("gpio.shift_out", {"value": n, "bits": 16}) for n in range(100)])
    assert many == [{}] * 100
    assert words(board) == list(range(100)), "each once, in order"
    with pytest.raises(OutOfRange, match="call 1 of the batch"):
        await mcu.batch([("gpio.shift_out", {"value": 1, "bits": 8}), ("gpio.shift_out", {"value": 1, "bits": 33})])
    assert len(words(board)) == 100, "a batch with a wrong call is not begun"
    mixed = [("exact.integer", {"a": 6, "op": "/", "b": b}) for b in (2, 0, 3)]
    with pytest.raises(Refused, match="division by zero"):
        await mcu.batch(mixed)
    found = await mcu.batch(mixed, return_errors=True)
    assert [item.value if isinstance(item, Results) else type(item) for item in found] == [3, Refused, 2]


def test_a_channel_of_the_callers_own_is_used_and_stays_open() -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with await Link.open(port) as link:
            async with Coprocessor(link) as mcu:
                assert (await mcu.call("exact.integer", a=6, op="*", b=7)).value == 42
            with pytest.raises(LinkLost, match="this Coprocessor is closed"):
                await mcu.call("board.clock")
            assert await link.call(1, b"", timeout=1, idempotent=True)

    on_a_board(scenario)


def test_the_same_verbs_without_await() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        import asyncio

        await asyncio.to_thread(blocking, port)
        assert words(board) == [5, 6]

    def blocking(port: str) -> None:
        with BlockingCoprocessor(port) as mcu:
            assert mcu.dictionary().task("echo.echo").idempotent
            assert mcu.call("exact.integer", a=6, op="*", b=7).value == 42
            mcu.batch([("gpio.shift_out", {"value": n, "bits": 8}) for n in (5, 6)])
            with pytest.raises(OutOfRange):
                mcu.call("exact.decimal", a=1, op="+", b=1, places=33)
            process = mcu.start("gpio.pulses", output="led", count=3, period_ms=4)
            assert [step.done for step in process][-1] == 3
            assert process.result(timeout=5).done == 3
            endless = mcu.start("gpio.pulses", output="led", count=10000, period_ms=10)
            with pytest.raises(TimeoutError):
                endless.result(timeout=0.05)
            assert endless.pid in [found.pid for found in mcu.processes()]
            endless.abort()
            with mcu.events("gpio.watch") as events:
                mcu.call("gpio.watch", input="button", edge="both")
                with pytest.raises(TimeoutError):
                    events.get(timeout=0.05)
        with pytest.raises(LinkLost, match="closed"):
            mcu.call("board.clock")

    on_a_board(scenario)


def test_a_board_that_is_not_there() -> None:
    with pytest.raises(BoardNotFound, match="no port /nowhere/at/all"):
        BlockingCoprocessor("/nowhere/at/all")
    with pytest.raises(LinkLost, match="no broker runs"):
        BlockingCoprocessor("/nowhere/at/all", start=False)
