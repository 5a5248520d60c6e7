# SPDX-License-Identifier: Apache-2.0
"""What the board tells of itself: in the trace at once, on the screen when nothing else stands there."""

from __future__ import annotations

import asyncio
from typing import Any

from phosphene.exact import Coprocessor, EventStream
from phosphene.prove.absence import TITLE
from phosphene.prove.news import News, What
from phosphene.prove.tidings import LEASE_LOST, RESET, Tidings
from phosphene_tools.bench.board import linked, simulated_board
from tests.loop.sitting import Sitting, sitting, values
from tests.loop.test_stalls import Gated

MADE_SAFE = "made safe"


def notices(person: Sitting, kind: str) -> list[News]:
    return [news for moment in person.moments for news in moment.sensed.told if news.task == kind]


async def until_told(person: Sitting, kind: str, count: int = 1) -> None:
    async with asyncio.timeout(15):
        while len(notices(person, kind)) < count:
            await asyncio.sleep(0.02)


def test_a_quiet_beginning_is_in_the_trace_and_not_on_the_screen() -> None:
    async def run() -> None:
        async with sitting() as person:
            await person.until(lambda scene: scene.title == "What shall I do?")
            async with asyncio.timeout(10):
                while not (told := [n for m in person.moments for n in m.sensed.told if n.what is What.BEFORE]):
                    await asyncio.sleep(0.02)
            assert [news.facts for news in told] == [()]
            await asyncio.sleep(0.3)
            assert not any(m.screenful and m.screenful.scene.title == TITLE for m in person.moments)

    asyncio.run(run())


def test_what_is_on_and_set_already_is_told_when_the_screen_is_free() -> None:
    async def begun(mcu: Coprocessor) -> None:
        await mcu.call("gpio.write", output="led", level=True)
        await mcu.call("timer.start", name="tea", seconds=900)

    async def run() -> None:
        async with sitting(before=begun) as person:
            scene = await person.until(lambda scene: scene.title == TITLE)
            assert values(scene) == {"led": "still on", "tea": "still set"}
            assert "led is on; timer tea is set" in person.hint
            await person.touch("Tasks", "What shall I do?")
            await asyncio.sleep(0.3)
            assert person.scene.title == "What shall I do?", "it is told once"

    asyncio.run(run())


def test_a_bell_goes_before_what_happened() -> None:
    async def begun(mcu: Coprocessor) -> None:
        await mcu.call("gpio.write", output="led", level=True)
        await mcu.call("timer.start", name="tea", seconds=1)
        await asyncio.sleep(1.5)

    async def run() -> None:
        async with sitting(before=begun) as person:
            await person.until(lambda scene: scene.title == "Time is up")
            await asyncio.sleep(0.5)
            assert person.scene.title == "Time is up"
            scene = await person.touch("Stop", TITLE)
            assert values(scene)["led"] == "still on"

    asyncio.run(run())


def test_an_output_that_goes_off_by_itself_is_told_and_a_lost_lease_is_in_the_trace() -> None:
    policy = Gated()

    async def run() -> None:
        async with sitting(policy, budget_s=0.1) as person:
            said = (await person.mcu.dictionary()).task("gpio.write").says[0]
            await person.type("gpio.write fan on", f"{said}?")
            async with asyncio.timeout(5):
                while person.moment.dialogue.shown.on_screen_s is None:
                    await asyncio.sleep(0.01)
            await person.touch("Yes", "Done")
            policy.gate.clear()
            await until_told(person, LEASE_LOST)
            policy.gate.set()
            assert notices(person, LEASE_LOST)[0].title == "lease 1 ran out: nothing is decided"
            await until_told(person, MADE_SAFE)
            assert person.scene.title.startswith("Done"), "what stands there stays"
            scene = await person.touch("Tasks", "Made safe")
            assert values(scene) == {"fan": "went off"}
            assert person.hint == "fan went off: the lease ran out"

    try:
        asyncio.run(run())
    finally:
        policy.gate.set()


def test_a_reset_is_told_with_its_cause() -> None:
    async def run() -> None:
        async with sitting() as person:
            await person.until(lambda scene: scene.title == "What shall I do?")
            await person.board.reset("watchdog")
            await until_told(person, RESET)
            assert [news.title for news in notices(person, RESET)] == ["the board was reset (watchdog)"]

    asyncio.run(run())


def test_a_lost_lease_of_which_no_event_came_is_found_by_asking() -> None:
    async def run() -> None:
        told: list[News] = []
        async with simulated_board(seed=6) as board, linked(board) as (link, mcu):
            tidings = asyncio.create_task(Tidings(Deaf(mcu), told.append, lambda: False).run())  # type: ignore[arg-type]
            async with asyncio.timeout(20):
                while not told:
                    await asyncio.sleep(0.02)
            for count in range(1, 6):
                await link.renew(count, count, count)
                await asyncio.sleep(0.05)
            async with asyncio.timeout(20):
                while len(told) < 2:
                    await asyncio.sleep(0.02)
            tidings.cancel()
            await asyncio.gather(tidings, return_exceptions=True)
        assert [(news.task, news.title) for news in told[1:]] == [(LEASE_LOST, "lease 1 ran out: no renewal came")]

    asyncio.run(run())


class Deaf:
    """A board of which no event arrives."""

    def __init__(self, mcu: Coprocessor) -> None:
        self._mcu = mcu

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mcu, name)

    def events(self, *_: str) -> EventStream:
        return EventStream(frozenset({"nothing"}), lambda _: None)
