# SPDX-License-Identifier: Apache-2.0
"""The supervisor: the loop with one board, and with everything that reaches into it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from phosphene.condition import Condition
from phosphene.console.screen import Screen
from phosphene.exact import Coprocessor
from phosphene.line.dictionary import Dictionary
from phosphene.loop import scenes
from phosphene.loop.decide import Decider, Decides
from phosphene.loop.ends import OnScreen
from phosphene.loop.inbox import Inbox
from phosphene.loop.lease import LeaseKeeper
from phosphene.loop.loop import THERE, Loop, Takes
from phosphene.loop.noise import Noise
from phosphene.loop.systemd import Systemd
from phosphene.loop.vitals import Vitals
from phosphene.perception.percepts import Heard, Seen
from phosphene.prove.prover import Prover
from phosphene.senses.perceived import Sense
from phosphene.together import together

_LOOK_S: Final = 0.25
_RESTARTED_S: Final = 6.0
"""For how long it is told that the board has restarted."""


class Supervisor:
    """Takes what people do and what is perceived from the start; the loop begins when a board is there.

    `load` gives the policy, and is called in a thread. `wrong` says what is wrong with the device now, `senses` which
    it has: without any, fingers and typed lines are all that it senses.
    """

    def __init__(
        self,
        screen: Screen,
        load: Callable[[], Decides],
        wrong: Callable[[], frozenset[Condition]] = frozenset,
        senses: Callable[[], frozenset[Sense]] = frozenset,
    ) -> None:
        self.inbox = Inbox()
        self.ends: list[Takes] = []
        """Who else takes the finished moments."""
        self.meet: Callable[[Dictionary], None] | None = None
        """Called with the board's dictionary before the loop begins; may still add ends."""
        self.speaking_until_s: Callable[[], float] = lambda: 0.0
        """Until when the device itself is to be heard, on the monotonic clock."""
        self._wrong = wrong
        self._senses = senses
        self.loop: Loop | None = None
        self._vitals = Vitals()
        self._lease: LeaseKeeper | None = None
        self._screen = screen
        self._load = load
        self._mcu: Coprocessor | None = None
        self._dictionary: Dictionary | None = None
        screen.show(scenes.waking())

    # ---- what people do, and what is perceived

    def typed(self, line: str) -> None:
        """Somebody typed a line."""
        if line.strip() and self.loop is not None:
            self.inbox.typed(line)

    def chosen(self, key: str) -> None:
        """Somebody touched a choice of the scene that is shown."""
        if self.loop is not None:
            self.inbox.touched(key)

    def here(self) -> None:
        """Somebody is at a page: the loop knows people by what they do."""

    def heard(self, hops: tuple[Heard, ...]) -> None:
        """Take what was heard, but for words that may be the device's own."""
        silent_s = self.speaking_until_s()
        self.inbox.heard(tuple(hop if hop.time_s > silent_s else _without_words(hop) for hop in hops))

    def seen(self, seen: Seen) -> None:
        """Take what was seen."""
        self.inbox.seen(seen)

    def about(self) -> dict[str, Any]:
        """State of the board in words, and the tasks that can be typed."""
        if self._mcu is None or self._dictionary is None:
            return {"board": "waking the board", "tasks": []}
        tasks = [{"type": scenes.said(task), "help": task.help} for task in scenes.tasks_for_people(self._dictionary)]
        tasks += [{"type": task.name, "help": task.help} for task in self._dictionary.tasks]
        how = "live" if self._mcu.state in THERE else "does not answer"
        return {"board": f"{self._mcu.hello.board}: {how}", "tasks": tasks}

    def names(self) -> tuple[str, ...]:
        """Return all that the board's tasks are called; nothing before there is a board."""
        return () if self._dictionary is None else tuple(name for task in self._dictionary.tasks for name in task.says)

    def vitals(self) -> dict[str, Any]:
        """Return how the loop, the line and the machine do; nothing before there is a board."""
        if self._mcu is None or self._lease is None:
            return {}
        return self._vitals.told(self._mcu.channel.stats.as_dict(), self._lease.verdict)

    # ---- what runs

    async def serve(self, mcu: Coprocessor) -> None:
        """Run the loop with this board until cancelled. Raises what loading raises, and what a stage raises by a fault
        of ours.
        """
        dictionary, policy = await asyncio.gather(mcu.dictionary(), asyncio.to_thread(self._load))
        self._mcu, self._dictionary = mcu, dictionary
        if self.meet is not None:
            self.meet(dictionary)
        decider = Decider(policy, dictionary)
        prover = Prover(mcu, self.inbox.told)
        self.loop = Loop(mcu, dictionary, decider, self.inbox, lambda: bool(self._senses()))
        on_screen = OnScreen(self._screen, self.inbox, self._vitals.frame)
        lease = self._lease = LeaseKeeper(mcu, self.loop.progress, self.inbox.told)
        try:
            await together(
                prover.run(),
                on_screen.run(),
                lease.run(),
                Systemd(self.loop.progress).run(),
                self._look_for_trouble(decider, mcu),
                self.loop.run(prover, on_screen, self._vitals, *self.ends),
            )
        finally:
            decider.stage.close()
            self._mcu = self.loop = None

    async def _look_for_trouble(self, decider: Decider, mcu: Coprocessor) -> None:
        """Tell the loop what is wrong with the device."""
        late, boot_id, restarted_s = 0, mcu.hello.boot_id, -_RESTARTED_S
        noise = Noise()
        while True:
            if mcu.hello.boot_id != boot_id:
                boot_id, restarted_s = mcu.hello.boot_id, time.monotonic()
            self.inbox.camera = Sense.SEEING in self._senses()
            found = self._wrong()
            if time.monotonic() - restarted_s < _RESTARTED_S:
                found |= {Condition.BOARD_RESET}
            if noise.there(mcu.channel.stats.as_dict(), time.monotonic()):
                found |= {Condition.NOISY}
            overloaded = decider.stage.late - late >= 2 or self._screen.late_s > 1.0
            late = decider.stage.late
            for condition in Condition:
                there = condition in found or (condition is Condition.OVERLOADED and overloaded)
                self.inbox.condition(condition, there=there)
            await asyncio.sleep(_LOOK_S)


def _without_words(hop: Heard) -> Heard:
    """What was heard while the device spoke. A committed word of a person is lost with it: they will say it again."""
    return replace(hop, words=())
