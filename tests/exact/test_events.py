# SPDX-License-Identifier: Apache-2.0
"""Events of the real firmware: typed, in order, from the moment of asking on, and every hole told."""

from __future__ import annotations

import asyncio

import pytest

from phosphene.exact import Dropped, EventStream, Notice, NoticeKind, TaskEvent
from phosphene.exact import events as events_module
from phosphene_tools.sim.board import SimBoard
from tests.broker.desk import BUTTON, client, on_a_board


async def next_of(events: EventStream, kind: type[TaskEvent | Notice | Dropped]) -> TaskEvent | Notice | Dropped:
    async with asyncio.timeout(10):
        while not isinstance(item := await anext(events), kind):
            pass
        return item


async def press(board: SimBoard, times: int) -> None:
    for _ in range(times):
        for level in (0, 1):
            board.set_input(BUTTON, level)
            await asyncio.sleep(0.02)


def test_edges_come_typed_and_to_every_client_that_listens() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu, client(port, "observe") as other:
            with_name, everything = mcu.events("gpio.watch"), other.events()
            board.set_input(BUTTON, 1)
            await mcu.call("gpio.watch", input="button", edge="falling")
            await press(board, 3)
            for stream in (with_name, everything):
                found = [await next_of(stream, TaskEvent) for _ in range(3)]
                assert [event.values for event in found if isinstance(event, TaskEvent)] == [
                    {"input": "button", "level": False, "count": count} for count in (1, 2, 3)
                ]
                times = [event.time_us for event in found if isinstance(event, TaskEvent)]
                assert times == sorted(times)
            await mcu.call("gpio.watch", input="button", edge="off")
            with_name.close()
            assert [item async for item in with_name] == []

    on_a_board(scenario)


def test_a_reader_who_is_slow_is_told_how_many_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events_module, "QUEUED", 2)

    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu, mcu.events("gpio.watch") as events:
            board.set_input(BUTTON, 1)
            await mcu.call("gpio.watch", input="button", edge="falling")
            await press(board, 5)
            await mcu.call("board.clock")
            first = [await anext(events) for _ in range(3)]
            assert [type(item) for item in first] == [TaskEvent, TaskEvent, Dropped]
            assert isinstance(first[2], Dropped)
            assert first[2].count == 3

    on_a_board(scenario)


def test_a_reset_is_a_hole_of_unknown_size() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu, mcu.events("gpio.watch") as events:
            await board.reset()
            hole = await next_of(events, Dropped)
            assert isinstance(hole, Dropped)
            assert hole.count is None
            assert "the board was reset (pin)" in hole.why

    on_a_board(scenario)


def test_the_end_of_the_lease_is_a_notice() -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            events = mcu.events()
            for tick in range(1, 4):
                await mcu.channel.renew(tick, tick, tick)
                await asyncio.sleep(0.05)
            notice = await next_of(events, Notice)
            assert isinstance(notice, Notice)
            assert notice.kind in (NoticeKind.LEASE_LOST, NoticeKind.MADE_SAFE)
            assert notice.text

    on_a_board(scenario)
