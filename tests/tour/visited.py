# SPDX-License-Identifier: Apache-2.0
"""A device that the scripted visitor comes to: the real painter, policy and firmware, on a simulated board."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from phosphene.console.server import Where
from phosphene.console.settings import Settings
from phosphene_tools.device import Device
from phosphene_tools.published import simulated_boards
from phosphene_tools.sim.client import SimClient
from phosphene_tools.tour.script import Act
from phosphene_tools.tour.tours import Plan

END = "the tour is over"
TAKEN_OVER = "somebody is here: the device is theirs"


@dataclass
class Visited:
    """A running device; `said` has what it printed, with the time of CLOCK_MONOTONIC in seconds."""

    said: list[tuple[float, str, str]] = field(default_factory=list[tuple[float, str, str]])
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, name: str, text: str) -> None:
        self.said.append((time.monotonic(), name, text))
        self.news.set()

    async def until(self, name: str, begin: str, seconds: float = 150.0) -> str:
        """Wait until it says, under `name`, something that begins so; return all of that."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    for _, who, text in self.said:
                        if who == name and text.startswith(begin):
                            return text
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            raise AssertionError(f"{name} never said {begin!r}: {self.said}") from None

    def when(self, begin: str) -> float:
        """Return when the tour said what begins so."""
        return next(at for at, name, text in self.said if name == "tour" and text.startswith(begin))

    def tour(self) -> list[str]:
        """Return what the tour said."""
        return [text for _, name, text in self.said if name == "tour"]

    @property
    def address(self) -> str:
        return next(text for _, name, text in self.said if name == "console")

    @asynccontextmanager
    async def board(self) -> AsyncGenerator[SimClient]:
        """The simulated board behind it."""
        (found,) = simulated_boards()
        async with SimClient(found.control) as client:
            yield client


def visited(scenario: Callable[[Visited], Awaitable[None]], acts: Sequence[Act], **options: Any) -> Visited:
    """Run `scenario` on a device that a visitor comes to at once, who plays `acts` without pauses.

    `options` with the names of a Plan are the plan's, the others are the device's.
    """
    plan: dict[str, Any] = {"after_s": 0.3, "again_s": 0.0, "looks": 0.0, "talks": False}
    plan |= {name: options.pop(name) for name in plan if name in options}
    found = Visited()

    async def run() -> None:
        ended = asyncio.Event()
        tour = Plan(acts=acts, **plan)
        device = Device("sim", "operate", Where(port=0), Settings(), say=found.say, tour=tour, **options)
        running = asyncio.create_task(device.run(ended))
        playing = asyncio.ensure_future(scenario(found))
        try:
            await asyncio.wait({running, playing}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
                raise AssertionError(f"the device ended by itself: {found.said}")
            await playing
        finally:
            playing.cancel()
            ended.set()
            await running

    asyncio.run(run())
    return found
