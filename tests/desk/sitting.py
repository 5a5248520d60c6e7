# SPDX-License-Identifier: Apache-2.0
"""Somebody at a desk with a simulated board: types, touches, and waits for what is shown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from phosphene.desk.desk import Desk
from phosphene.painter.scene import Fact, Scene
from phosphene_tools.bench.board import linked, simulated_board
from phosphene_tools.sim.board import SimBoard


class Sitting:
    """Keeps every scene that was shown."""

    def __init__(self, board: SimBoard) -> None:
        self.board = board
        self.scenes: list[Scene] = []
        self.hints: list[str] = []
        self.desk = Desk(self)
        self._news = asyncio.Event()

    def show(self, scene: Scene, hint: str = "") -> None:
        self.scenes.append(scene)
        self.hints.append(hint)
        if hasattr(self, "_news"):
            self._news.set()

    @property
    def scene(self) -> Scene:
        """What is shown now."""
        return self.scenes[-1]

    async def until(self, wanted: Callable[[Scene], bool], seconds: float = 10) -> Scene:
        """Wait until a scene is shown that is wanted."""
        async with asyncio.timeout(seconds):
            while not wanted(self.scene):
                self._news.clear()
                await self._news.wait()
        return self.scene

    async def type(self, line: str, title: str) -> Scene:
        """Type a line and wait for a new scene with `title` at its beginning."""
        self.scenes.append(self.scenes[0])
        self.desk.typed(line)
        return await self.until(lambda scene: scene.title.startswith(title))

    async def touch(self, text: str, title: str) -> Scene:
        """Touch the choice that reads `text`, and wait for a scene with `title` at its beginning."""
        (key,) = [choice.key for choice in self.scene.choices if choice.text == text]
        self.scenes.append(self.scenes[0])
        self.desk.chosen(key)
        return await self.until(lambda scene: scene.title.startswith(title))


def values(scene: Scene) -> dict[str, str]:
    """What the facts of a scene say, by label."""
    return {fact.label: fact.shown for fact in scene.facts}


def fact(scene: Scene, key: str) -> Fact:
    """Return the fact with this key."""
    return next(fact for fact in scene.facts if fact.key == key)


@asynccontextmanager
async def sitting() -> AsyncGenerator[Sitting]:
    """A desk that is being served."""
    async with simulated_board() as board, linked(board) as (_, mcu):
        person = Sitting(board)
        serving = asyncio.create_task(person.desk.serve(mcu))
        try:
            await person.until(lambda scene: scene.title == "What shall I do?")
            yield person
            assert not serving.done(), serving.exception()
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


def at_a_desk(scenario: Callable[[Sitting], Coroutine[Any, Any, None]]) -> None:
    """Run `scenario` with a person at a desk."""

    async def run() -> None:
        async with sitting() as person:
            await scenario(person)

    asyncio.run(run())
