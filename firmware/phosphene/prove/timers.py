# SPDX-License-Identifier: Apache-2.0
"""Timers: what is left, written by the board, and what rings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Final

from phosphene.errors import LineError
from phosphene.exact import Coprocessor, TaskEvent
from phosphene.painter.scene import Fact, Status
from phosphene.prove.asking import ANSWER_S
from phosphene.prove.facts import LIVE_AGE_S
from phosphene.prove.news import News, What

START: Final = "timer.start"
RINGING: Final = "time.ring"
ACKNOWLEDGE: Final = "timer.acknowledge"
TICK_S: Final = 0.25
"""How often a timer is asked: seldom enough for the line, often enough that no second is skipped."""


def left(mcu: Coprocessor, name: str, seconds: str) -> Callable[[], Awaitable[list[Fact]]]:
    """Return what asks how much is left of the timer `name` of so many seconds."""
    total_ms = Decimal(seconds) * 1000

    async def ask() -> list[Fact]:
        timer = await mcu.call("timer.read", name=name, timeout=ANSWER_S)
        fact = Fact(
            key="timer.left",
            value=await _written(mcu, timer.left_ms),
            label=name,
            status=Status.ACTIVE if timer.error_known else Status.WARNING,
            level=float(min(Decimal(timer.left_ms) / total_ms, 1)) if total_ms else 0.0,
            age_limit_s=LIVE_AGE_S,
        )
        late = Fact(key="timer.late", value="unknown", label="late by", status=Status.WARNING)
        return [fact] if timer.error_known else [fact, late]

    return ask


async def hear(mcu: Coprocessor, tell: Callable[[News], None]) -> None:
    """Tell whatever begins to ring, and at once what rings already; until cancelled."""
    async with mcu.events(RINGING) as events:
        await _tell_what_rings(mcu, tell)
        async for item in events:
            if isinstance(item, TaskEvent):
                tell(News(What.RINGS, title=item.values.kind, task=item.values.name))
            else:  # events were lost, and the bell may have been among them
                await _tell_what_rings(mcu, tell)


async def _tell_what_rings(mcu: Coprocessor, tell: Callable[[News], None]) -> None:
    try:
        names = (await mcu.call(RINGING)).names
    except LineError:
        return  # the board is away; its return is told as lost events, and then it is asked again
    for name in names.splitlines()[:1]:
        tell(News(What.RINGS, title="timer", task=name))


async def _written(mcu: Coprocessor, left_ms: int) -> str:
    """What is left as the board writes it; turning and writing are its work, too."""
    seconds = await mcu.call(
        "convert.units", value=Decimal(left_ms), source="ms", target="s", places=0, timeout=ANSWER_S
    )
    return (await mcu.call("duration.show", seconds=seconds.value, timeout=ANSWER_S)).duration
