# SPDX-License-Identifier: Apache-2.0
"""Timers at the desk: what is left, written by the board, and the alarm when one rings."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from functools import partial
from typing import Final

from phosphene.desk import scenes
from phosphene.desk.asking import ANSWER_S, keep_asking
from phosphene.desk.at_desk import AtDesk, Doing
from phosphene.desk.facts import LIVE_AGE_S
from phosphene.errors import LineError
from phosphene.exact import Coprocessor, TaskEvent
from phosphene.painter.scene import Choice, Fact, Intent, Status, Urgency

START: Final = "timer.start"
RINGING: Final = "time.ring"
_TICK_S: Final = 0.25
"""How often a timer is asked: seldom enough for the line, often enough that no second is skipped."""
_CANCEL: Final = Choice("timer.cancel", "Stop the timer")
_HUSH: Final = Choice("timer.acknowledge", "Stop", main=True)


async def watch(desk: AtDesk, name: str, seconds: str) -> None:
    """Show what is left of the timer `name` of so many seconds, until it rings."""
    total_ms = Decimal(seconds) * 1000
    actions: dict[str, Doing] = {_CANCEL.key: partial(_cancel, desk, name)}

    async def ask() -> list[Fact]:
        timer = await desk.mcu.call("timer.read", name=name, timeout=ANSWER_S)
        fact = Fact(
            key="timer.left",
            value=await _written(desk.mcu, timer.left_ms),
            label=name,
            status=Status.ACTIVE if timer.error_known else Status.WARNING,
            level=float(min(Decimal(timer.left_ms) / total_ms, 1)),
            age_limit_s=LIVE_AGE_S,
        )
        late = Fact(key="timer.late", value="unknown", label="late by", status=Status.WARNING)
        return [fact] if timer.error_known else [fact, late]

    def show(facts: list[Fact]) -> None:
        scene = scenes.scene(
            "timer.runs",
            title="Timer",
            facts=facts,
            choices=(_CANCEL, scenes.HOME),
            intent=Intent.PROGRESS,
            icon="timer",
        )
        desk.present(scene, actions, resume=partial(watch, desk, name, seconds))

    await keep_asking(desk, ask, show, _TICK_S)


async def hear(desk: AtDesk) -> None:
    """Show an alarm whenever one begins, and at once if one rings already."""
    async with desk.mcu.events(RINGING) as events:
        await _ask_what_rings(desk)
        async for item in events:
            if isinstance(item, TaskEvent):
                desk.do(partial(_ring, desk, item.values.name, item.values.kind))
            else:  # events were lost, and the bell may have been among them
                await _ask_what_rings(desk)


async def _ask_what_rings(desk: AtDesk) -> None:
    try:
        names = (await desk.mcu.call(RINGING)).names
    except LineError:
        return  # the board is away; its return is told as lost events, and then it is asked again
    for name in names.splitlines()[:1]:
        desk.do(partial(_ring, desk, name, "timer"))


async def _ring(desk: AtDesk, name: str, kind: str) -> None:
    scene = scenes.scene(
        "timer.rings",
        title="Time is up" if kind == "timer" else "Alarm",
        # A name that another program gave it may hold what can't be shown: the bell must be heard all the same.
        facts=[Fact("timer.name", name, kind, status=Status.WARNING)] if scenes.can_stand(name) else [],
        choices=(_HUSH,),
        intent=Intent.ALARM,
        urgency=Urgency.URGENT,
        icon="bell",
    )
    desk.present(scene, {_HUSH.key: partial(_hush, desk, name)}, name, partial(_ring, desk, name, kind))


async def _hush(desk: AtDesk, name: str) -> None:
    await asyncio.shield(desk.mcu.call("timer.acknowledge", name=name))
    await desk.home()


async def _cancel(desk: AtDesk, name: str) -> None:
    await asyncio.shield(desk.mcu.call("timer.cancel", name=name))
    await desk.home()


async def _written(mcu: Coprocessor, left_ms: int) -> str:
    """What is left as the board writes it; turning and writing are its work, too."""
    seconds = await mcu.call(
        "convert.units", value=Decimal(left_ms), source="ms", target="s", places=0, timeout=ANSWER_S
    )
    return (await mcu.call("duration.show", seconds=seconds.value, timeout=ANSWER_S)).duration
