# SPDX-License-Identifier: Apache-2.0
"""What the board tells unasked: what rings, what went safe and why, a lost lease, a reset; at the start, what was
before. Where the line was away nothing can be told, so the board is asked afterwards.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Final

from phosphene.errors import LineError
from phosphene.exact import Coprocessor, Dropped, Notice, NoticeKind, TaskEvent
from phosphene.prove import absence, timers
from phosphene.prove.absence import Absence
from phosphene.prove.news import News, What

LEASE_LOST: Final = "lease lost"
RESET: Final = "reset"
AGAIN_S: Final = 1.0
"""How soon a board that didn't answer is asked again."""
LOOK_S: Final = 2.0
"""How soon a quiet board is asked whether a lease was lost: an event that a noisy line swallowed is missed only when
the next one comes.
"""
_NUMBER: Final = re.compile(r"lease (\d+) ran out")
_KINDS: Final = {
    NoticeKind.LEASE_LOST: LEASE_LOST,
    NoticeKind.MADE_SAFE: "made safe",
    NoticeKind.FAULT: "fault",
    NoticeKind.DISARMED: "disarmed",
    NoticeKind.OTHER: "other",
}


class Tidings:
    """One board's. `tell` takes news. `busy` says whether a process is told of, or was a moment ago: who hears of its
    end need not hear that its output went off.
    """

    def __init__(self, mcu: Coprocessor, tell: Callable[[News], None], busy: Callable[[], bool]) -> None:
        self._mcu = mcu
        self._tell = tell
        self._busy = busy
        self._boot: int | None = None
        self._losses = 0

    async def run(self) -> None:
        """Tell until cancelled."""
        async with self._mcu.events() as events:
            answered = await self._ask()
            while True:
                try:
                    async with asyncio.timeout(LOOK_S if answered else AGAIN_S):
                        item = await anext(events)
                except TimeoutError:
                    answered = await self._look() if answered else await self._ask(missed=True)
                    continue
                except StopAsyncIteration:
                    return
                match item:
                    case TaskEvent(task=timers.RINGING):
                        self._tell(timers.begins(item))
                    case Notice(kind=NoticeKind.LEASE_LOST):
                        self._lost(item.text)
                    case Dropped():
                        answered = await self._ask(missed=True)
                    case Notice():
                        self._notice(item)
                    case _:
                        pass

    async def _ask(self, *, missed: bool = False) -> bool:
        """Ask for what events tell, or may have told; how the board was before we began, only once. False when it did
        not answer, and is to be asked again.
        """
        boot = self._mcu.hello.boot_id
        try:
            if await self._has(timers.RINGING):
                for news in await timers.rings(self._mcu):
                    self._tell(news)
            told = await absence.ask(self._mcu)
            if told is not None and self._boot is None:
                self._tell(await absence.happened(self._mcu, told))
        except LineError:
            return False
        if self._boot is not None:
            self._compare(told, boot, missed=missed)
        elif told is not None:
            self._losses = told.losses
        self._boot = boot
        return True

    async def _look(self) -> bool:
        """Ask whether a lease was lost, of which no event told. False when the board did not answer."""
        boot = self._mcu.hello.boot_id
        try:
            told = await absence.ask(self._mcu)
        except LineError:
            return False
        self._compare(told, boot, missed=True)
        self._boot = boot
        return True

    def _compare(self, told: Absence | None, boot: int, *, missed: bool) -> None:
        """Tell a reset, each lease that was lost since the last look, and what went off unheard."""
        if boot != self._boot:
            self._tell(News(What.NOTICE, title=f"the board was reset ({self._mcu.hello.cause})", task=RESET))
            self._losses = 0
        if told is None or told.losses <= self._losses:
            return
        self._lost(f"lease {told.losses} ran out: {told.why}")
        if missed and told.off and not self._busy():
            self._tell(absence.off(told.off))

    def _lost(self, text: str) -> None:
        """Tell each lost lease once: the board numbers them, and a notice may come after an answer that counts it."""
        found = _NUMBER.match(text)
        number = int(found[1]) if found else self._losses + 1
        for unheard in range(self._losses + 1, number):
            self._tell(News(What.NOTICE, title=f"lease {unheard} ran out: nobody was told why", task=LEASE_LOST))
        if number > self._losses:
            self._losses = number
            self._tell(News(What.NOTICE, title=text, task=LEASE_LOST))

    def _notice(self, notice: Notice) -> None:
        name, _, why = notice.text.partition(": ")
        if notice.kind is NoticeKind.MADE_SAFE and not self._busy():
            self._tell(absence.off(((name, why),)))
        else:
            self._tell(News(What.NOTICE, title=notice.text, task=_KINDS[notice.kind]))

    async def _has(self, name: str) -> bool:
        return any(task.name == name for task in (await self._mcu.dictionary()).tasks)
