# SPDX-License-Identifier: Apache-2.0
"""A simulated board with a buzzer, for the tests of clock, timers and alarms."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from phosphene.exact import Coprocessor, EventStream, TaskEvent
from phosphene_tools.bench.board import configuration, linked
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig

BUZZER = 22
AHEAD_MS = 3_000_000_000_000  # another day than today: a board that takes the computer's clock is found out


class Desk:
    """A board with a buzzer, and its client."""

    def __init__(self, board: SimBoard, mcu: Coprocessor) -> None:
        self.board, self.mcu = board, mcu

    async def call(self, task: str, **arguments: Any) -> Any:
        return await self.mcu.call(task, **arguments)

    async def saved(self) -> None:
        """Wait until a reset would lose nothing."""
        await self.until(lambda: self.call("timer.list"), lambda listed: listed.saved)

    async def until(
        self, look: Callable[[], Coroutine[Any, Any, Any]], done: Callable[[Any], bool], limit_s: float = 8.0
    ) -> Any:
        ends = time.monotonic() + limit_s
        while not done(found := await look()):
            assert time.monotonic() < ends, found
            await asyncio.sleep(0.02)
        return found

    def beeps(self) -> int:
        return len([edge for edge in self.board.pins.history if edge.pin == BUZZER and edge.level])


def board_json(*, buzzer: bool = True) -> dict[str, Any]:
    config = configuration()
    declared = {"name": "buzzer", "pin": BUZZER, "safe": 0, "guarded": False, "on_lease_loss": "autonomous", "max_s": 0}
    return config | {"outputs": [*config["outputs"], declared]} if buzzer else config


@asynccontextmanager
async def client(board: SimBoard) -> AsyncGenerator[Desk]:
    async with linked(board) as (_, mcu):
        yield Desk(board, mcu)


def at_a_desk(test: Callable[[Desk], Coroutine[Any, Any, None]], *, buzzer: bool = True) -> None:
    async def run() -> None:
        async with SimBoard(SimConfig(board_json=board_json(buzzer=buzzer), seed=8)) as board, client(board) as desk:
            await test(desk)

    asyncio.run(run())


async def next_ring(events: EventStream) -> Any:
    async for event in events:
        if isinstance(event, TaskEvent) and event.task == "time.ring":
            return event.values
    raise AssertionError("the events ended")
