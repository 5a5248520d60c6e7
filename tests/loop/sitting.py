# SPDX-License-Identifier: Apache-2.0
"""Somebody before the device: the loop with the trained policy and a simulated board that runs the real firmware."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from phosphene.exact import Coprocessor
from phosphene.line.dictionary import Dictionary
from phosphene.loop.decide import Decider, Decides
from phosphene.loop.inbox import Inbox
from phosphene.loop.lease import LeaseKeeper
from phosphene.loop.loop import Loop, Takes
from phosphene.moment import Displayed, Moment
from phosphene.painter.scene import Fact, Scene
from phosphene.policy import Policy
from phosphene.prove.prover import Prover
from phosphene_tools.bench.board import linked, simulated_board
from phosphene_tools.sim.board import SimBoard


class Sitting:
    """Keeps every moment. What is composed counts as displayed a moment later: nothing is painted here."""

    def __init__(self, board: SimBoard, mcu: Coprocessor, loop: Loop, lease: LeaseKeeper) -> None:
        self.board = board
        self.mcu = mcu
        self.loop = loop
        self.lease = lease
        self.inbox = loop.inbox
        self.moments: list[Moment] = []
        self.also: Takes | None = None
        self._news = asyncio.Event()

    def take(self, moment: Moment) -> None:
        """Take a finished moment."""
        before = _wished(self.moments[-1]) if self.moments else None
        self.moments.append(moment)
        if self.also is not None:
            self.also.take(moment)
        if moment.screenful is not None and _wished(moment) != before:
            self.inbox.displayed(Displayed(moment.tick, moment.tick, time.monotonic(), ""))
        self._news.set()

    def now_s(self) -> float:
        """The time, on the clock that the device goes by."""
        return time.monotonic()

    @property
    def moment(self) -> Moment:
        """The newest."""
        return self.moments[-1]

    @property
    def scene(self) -> Scene:
        """What is shown now."""
        assert self.moment.screenful is not None
        return self.moment.screenful.scene

    @property
    def hint(self) -> str:
        """What stands beside it in words."""
        assert self.moment.screenful is not None
        return self.moment.screenful.hint

    async def until(self, wanted: Callable[[Scene], bool], seconds: float = 10, *, after: int = 0) -> Scene:
        """Wait for a scene, composed after tick `after`, that is wanted."""
        async with asyncio.timeout(seconds):
            while not (self.moments and self.moment.tick > after and self.moment.screenful and wanted(self.scene)):
                self._news.clear()
                await self._news.wait()
        return self.scene

    async def type(self, line: str, title: str) -> Scene:
        """Type a line and wait for a scene with `title` at its beginning."""
        return await self._then(lambda: self.inbox.typed(line), title)

    async def touch(self, text: str, title: str) -> Scene:
        """Touch the choice that reads `text`, and wait for a scene with `title` at its beginning."""
        (key,) = [choice.key for choice in self.scene.choices if choice.text == text]
        return await self._then(lambda: self.inbox.touched(key), title)

    async def _then(self, do: Callable[[], None], title: str) -> Scene:
        heeded = len([m for m in self.moments if m.touched or m.sensed.typed])
        do()
        async with asyncio.timeout(10):
            while len([m for m in self.moments if m.touched or m.sensed.typed]) == heeded:
                await asyncio.sleep(0.005)
        try:
            return await self.until(lambda scene: scene.title.startswith(title))
        except TimeoutError:
            raise AssertionError(f"{title!r} was not shown, but {self.scene.title!r}: {self.hint}") from None


def _wished(moment: Moment) -> tuple[object, int]:
    """What a device wishes of its screen; it wishes anew where this is another."""
    return moment.screenful, moment.proof.shown_from


def values(scene: Scene) -> dict[str, str]:
    """What the facts of a scene say, by label."""
    return {fact.label: fact.shown for fact in scene.facts if not fact.key.startswith("device.")}


def fact(scene: Scene, key: str) -> Fact:
    """Return the fact with this key."""
    return next(fact for fact in scene.facts if fact.key == key)


@asynccontextmanager
async def sitting(
    policy: Decides | None = None, budget_s: float = 2, before: Callable[[Coprocessor], Awaitable[object]] | None = None
) -> AsyncGenerator[Sitting]:
    """A loop that runs, with the trained policy unless another is given. `before` is done on the board before it
    begins.
    """
    async with simulated_board() as board, linked(board) as (_, mcu):
        if before is not None:
            await before(mcu)
        dictionary: Dictionary = await mcu.dictionary()
        decider = Decider(policy or Policy.load(), dictionary, budget_s)
        inbox = Inbox()
        inbox.camera = True
        loop = Loop(mcu, dictionary, decider, inbox, lambda: False)
        prover = Prover(mcu, inbox.told)
        lease = LeaseKeeper(mcu, loop.progress)
        person = Sitting(board, mcu, loop, lease)
        works = [asyncio.create_task(work) for work in (prover.run(), lease.run(), loop.run(prover, person))]
        try:
            ready = asyncio.create_task(person.until(lambda scene: bool(scene.title)))
            await asyncio.wait([*works, ready], return_when=asyncio.FIRST_COMPLETED)
            for work in works:
                if work.done():
                    work.result()
            await ready
            yield person
            assert not any(work.done() for work in works), [work.exception() for work in works if work.done()]
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
            decider.stage.close()


def before_the_device(
    scenario: Callable[[Sitting], Coroutine[Any, Any, None]], policy: Decides | None = None, budget_s: float = 2
) -> None:
    """Run `scenario` with a person before the device."""

    async def run() -> None:
        async with sitting(policy, budget_s) as person:
            await scenario(person)

    asyncio.run(run())
