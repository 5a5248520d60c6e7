# SPDX-License-Identifier: Apache-2.0
"""Timers: what is left, written by the board, and what rings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Final

from phosphene.exact import Coprocessor, TaskEvent
from phosphene.painter.scene import Fact, Status
from phosphene.prove.asking import ANSWER_S
from phosphene.prove.facts import LIVE_AGE_S
from phosphene.prove.news import News, What

START: Final = "timer.start"
LIST: Final = "timer.list"
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
            value=await written_ms(mcu, timer.left_ms),
            label=name,
            status=Status.ACTIVE if timer.error_known else Status.WARNING,
            level=float(min(Decimal(timer.left_ms) / total_ms, 1)) if total_ms else 0.0,
            age_limit_s=LIVE_AGE_S,
        )
        late = Fact(key="timer.late", value="unknown", label="late by", status=Status.WARNING)
        return [fact] if timer.error_known else [fact, late]

    return ask


def begins(event: TaskEvent) -> News:
    """Return that something begins to ring."""
    return News(What.RINGS, title=event.values.kind, task=event.values.name)


async def rings(mcu: Coprocessor) -> list[News]:
    """Return what rings already. Raises what a call raises."""
    names = (await mcu.call(RINGING)).names
    return [News(What.RINGS, title="timer", task=name) for name in names.splitlines()[:1]]


async def written_ms(mcu: Coprocessor, ms: int) -> str:
    """Milliseconds as the board writes a duration; turning and writing are its work, too."""
    seconds = await mcu.call("convert.units", value=Decimal(ms), source="ms", target="s", places=0, timeout=ANSWER_S)
    return (await mcu.call("duration.show", seconds=seconds.value, timeout=ANSWER_S)).duration
