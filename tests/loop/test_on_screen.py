# SPDX-License-Identifier: Apache-2.0
"""Which frame is on the screen: the loop knows it before anybody can touch it, and of each question anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256

from phosphene.console.screen import Screen, Shown
from phosphene.loop.ends import OnScreen
from phosphene.loop.inbox import Inbox
from phosphene.moment import Displayed, Moment, Proof, Screenful
from tests.console.blocks import UNPAINTABLE, BlockPainter
from tests.console.running import a_scene


class Painting:
    """A screen that paints, whose frames the loop's inbox is told of."""

    def __init__(self) -> None:
        self.screen = Screen(BlockPainter)
        self.inbox = Inbox()
        self.seen: list[Shown] = []
        self.on_screen = OnScreen(self.screen, self.inbox, self.seen.append)

    @property
    def displayed(self) -> Displayed | None:
        """What the next tick would know."""
        return self.inbox.take(board=True).displayed

    def wish(self, moment: Moment, tick: int) -> Moment:
        """Let a tick end with this moment."""
        moment = replace(moment, tick=tick)
        self.on_screen.take(moment)
        return moment


@asynccontextmanager
async def painting() -> AsyncGenerator[Painting]:
    """Paint during the block."""
    there = Painting()
    works = [asyncio.create_task(work) for work in (there.screen.run(), there.on_screen.run())]
    await asyncio.sleep(0)
    try:
        yield there
    finally:
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)


def a_moment(text: str = "42") -> Moment:
    return replace(Moment.first(0.0), proof=Proof(1), screenful=Screenful(a_scene(text)))


def test_the_loop_knows_of_a_frame_before_any_page_has_it() -> None:
    async def run() -> None:
        async with painting() as there:
            with there.screen.looking() as fresh:
                for tick in range(1, 30):
                    there.wish(a_moment(str(tick)), tick)
                    await asyncio.wait_for(fresh.wait(), 5)
                    fresh.clear()
                    newest, displayed = there.screen.newest, there.displayed
                    assert newest is not None
                    assert displayed is not None
                    assert (displayed.frame, displayed.tick) == (newest.number, tick)
                    assert displayed.pixels == sha256(newest.pixels).hexdigest()[:16]

    asyncio.run(run())


def test_a_question_that_looks_like_the_one_before_is_put_up_anew() -> None:
    async def run() -> None:
        async with painting() as there:
            with there.screen.looking() as fresh:
                first = there.wish(a_moment(), 1)
                await asyncio.wait_for(fresh.wait(), 5)
                fresh.clear()
                there.wish(first, 2)
                await asyncio.sleep(0.1)
                assert not fresh.is_set(), "nothing is new"
                there.wish(replace(first, proof=Proof(3)), 3)
                await asyncio.wait_for(fresh.wait(), 5)
                displayed = there.displayed
                assert displayed is not None
                assert displayed.tick == 3
                assert there.screen.is_current(1), "the choices are the same"

    asyncio.run(run())


def test_what_cannot_be_painted_is_not_on_the_screen() -> None:
    async def run() -> None:
        async with painting() as there:
            with there.screen.looking() as fresh:
                there.wish(replace(a_moment(), screenful=Screenful(a_scene(title=UNPAINTABLE))), 1)
                await asyncio.wait_for(fresh.wait(), 5)
                assert there.displayed is None
                assert [shown.painted for shown in there.seen] == [None]

    asyncio.run(run())
