# SPDX-License-Identifier: Apache-2.0
"""Whose sensors are used, and what becomes of what they deliver: threads end, faults are heard of, nothing piles up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from phosphene.perception.percepts import Heard, Seen
from phosphene.senses.handover import Handover
from phosphene.senses.perceived import Ended, Listened, Looked, Opened, Overheard, Perceived, Ready, Sense
from phosphene.senses.senses import Senses, SensesHeld, Sensors
from phosphene.sensors.blocks import Frame, Sound
from phosphene.sensors.pattern import TestPattern
from phosphene.sensors.protocol import Microphone
from phosphene.sensors.still import StillPicture
from phosphene.sensors.tone import TestTone


class Looks:
    def look(self, frame: Frame) -> Seen:
        return Seen(frame.time_s, (), (), float(frame.pixels.mean()) / 255, 0.0)


class Listens:
    vocabulary = ("yes", "no")

    def __init__(self) -> None:
        self.expected: list[list[str] | None] = []
        self.calls: list[list[str]] = []

    def hear(self, sound: Sound) -> tuple[Heard, ...]:
        return (Heard(sound.end_s, -20.0, 0.0),)

    def expect(self, words: Iterable[str] | None = None) -> None:
        self.expected.append(None if words is None else list(words))

    def overhear(self, calls: Iterable[str]) -> None:
        self.calls.append(list(calls))


class Broken(Looks):
    def look(self, frame: Frame) -> Seen:
        raise ZeroDivisionError("a fault of ours")


class Somebody:
    def __init__(self, name: str) -> None:
        self.name = name
        self.to = ""

    def lost(self, to: str) -> None:
        self.to = to


class Told:
    """Keeps what was told, and waits for it."""

    def __init__(self) -> None:
        self.all: list[Perceived] = []
        self._news = asyncio.Event()

    def __call__(self, told: Perceived) -> None:
        self.all.append(told)
        self._news.set()

    async def until(self, wanted: Callable[[Perceived], bool]) -> Perceived:
        """Return the first that is wanted, of what came already or will."""
        async with asyncio.timeout(10):
            while True:
                for told in self.all:
                    if wanted(told):
                        return told
                self._news.clear()
                await self._news.wait()


def both() -> Sensors:
    microphone: Microphone = TestTone()
    return Sensors(TestPattern(320, 240, rate_hz=30), microphone)


def run(scenario: Callable[[Senses, Told], Coroutine[Any, Any, None]], senses: Senses | None = None) -> None:
    """Run `scenario` with senses that run; every thread must have ended afterwards."""

    async def whole() -> None:
        there = senses or Senses(Looks, Listens)
        told = Told()
        with there.listening(told):
            running = asyncio.create_task(there.run())
            await asyncio.sleep(0)
            try:
                await scenario(there, told)
                assert not running.done(), running.exception()
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    before = threading.active_count()
    asyncio.run(whole())
    assert threading.active_count() <= before


def test_both_sensors_are_perceived_and_end_when_they_are_given_back() -> None:
    async def scenario(senses: Senses, told: Told) -> None:
        owner = Somebody("one")
        await senses.take(owner, both())
        looked = await told.until(lambda one: isinstance(one, Looked))
        listened = await told.until(lambda one: isinstance(one, Listened) and len(one.columns) > 0)
        assert isinstance(looked, Looked)
        assert looked.seen is not None
        assert isinstance(listened, Listened)
        assert listened.heard
        opened = [one for one in told.all if isinstance(one, Opened)]
        assert {one.sense for one in opened} == {Sense.SEEING, Sense.HEARING}
        assert senses.statuses()[Sense.SEEING].blocks > 0
        await senses.give_back(owner)
        assert senses.using is None
        count = len(told.all)
        assert {one.sense for one in told.all if isinstance(one, Ended)} == {Sense.SEEING, Sense.HEARING}
        await asyncio.sleep(0.2)
        assert len(told.all) == count

    run(scenario)


class Slow(TestPattern):
    """Opens, and delivers when it is let."""

    def __init__(self) -> None:
        super().__init__(320, 240)
        self.may = threading.Event()

    def read(self, timeout_s: float) -> Frame | None:
        return super().read(timeout_s) if self.may.wait(timeout_s) else None


def test_a_sensor_that_is_being_opened_is_not_waited_for_but_may_be_open() -> None:
    async def scenario(senses: Senses, told: Told) -> None:
        camera = Slow()
        await senses.take(Somebody("one"), Sensors(camera, None))
        await asyncio.sleep(0.3)
        assert senses.there() == frozenset()
        assert senses.may_be_open() == {Sense.SEEING}
        camera.may.set()
        await told.until(lambda one: isinstance(one, Looked))
        assert senses.there() == {Sense.SEEING}

    run(scenario)


def test_the_ear_is_told_what_may_be_said_as_far_as_it_knows_it() -> None:
    ears: list[Listens] = []

    def make() -> Listens:
        ears.append(Listens())
        return ears[-1]

    async def until(expected: list[list[str] | None]) -> None:
        async with asyncio.timeout(10):
            while not ears or ears[-1].expected != expected:
                await asyncio.sleep(0.01)

    async def scenario(senses: Senses, told: Told) -> None:
        senses.expect(frozenset({"yes", "perhaps"}))
        await senses.take(Somebody("one"), both())
        await until([["yes"]])
        senses.expect(frozenset({"no", "yes"}))
        await until([["yes"], ["no", "yes"]])
        senses.expect(None)
        await until([["yes"], ["no", "yes"], None])
        senses.expect(Overheard(("weigh", "set timer")))
        async with asyncio.timeout(30):
            while ears[-1].calls != [["weigh", "set timer"]]:
                await asyncio.sleep(0.01)
        senses.expect(frozenset({"yes"}))
        await until([["yes"], ["no", "yes"], None, ["yes"]])
        await told.until(lambda one: isinstance(one, Listened))

    run(scenario, Senses(Looks, make))


def test_one_at_a_time() -> None:
    async def scenario(senses: Senses, told: Told) -> None:
        one, other = Somebody("one"), Somebody("other")
        await senses.take(one, both())
        with pytest.raises(SensesHeld, match="of one are in use"):
            await senses.take(other, both())
        assert one.to == ""
        await senses.take(other, both(), over=True)
        assert one.to == "other"
        await senses.give_back(one)
        assert senses.using is not None
        assert senses.using.owner is other, "who lost them can't give them back"
        await senses.take(other, both())
        assert other.to == "", "one may change one's own sensors"

    run(scenario)


def test_the_devices_own_come_back(tmp_path: Path) -> None:
    Image.fromarray(np.full((48, 64, 3), 200, np.uint8)).save(tmp_path / "wall.png")
    made: list[Sensors] = []

    def own() -> Sensors:
        made.append(Sensors(StillPicture(tmp_path / "wall.png"), None))
        return made[-1]

    async def scenario(senses: Senses, told: Told) -> None:
        await told.until(lambda one: isinstance(one, Looked))
        visitor = Somebody("visitor")
        await senses.take(visitor, both())
        await told.until(lambda one: isinstance(one, Listened))
        await senses.give_back(visitor)
        assert senses.using is not None
        assert senses.using.owner is None
        told.all.clear()
        await told.until(lambda one: isinstance(one, Looked))
        assert len(made) == 2

    run(scenario, Senses(Looks, Listens, own))


def test_a_fault_of_ours_ends_the_run_with_it() -> None:
    async def whole() -> None:
        senses = Senses(Broken, Listens)
        running = asyncio.create_task(senses.run())
        await asyncio.sleep(0)
        await senses.take(Somebody("one"), both())
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(running, 10)

    asyncio.run(whole())


def test_a_sensor_that_is_gone_is_told_and_not_waited_for(tmp_path: Path) -> None:
    async def scenario(senses: Senses, told: Told) -> None:
        await senses.take(Somebody("one"), Sensors(StillPicture(tmp_path / "none.png"), TestTone()))
        await told.until(lambda one: getattr(one, "trouble", "") == "gone")
        await told.until(lambda one: isinstance(one, Listened))
        assert not any(isinstance(one, Looked) for one in told.all)
        assert Ready(Sense.HEARING) in told.all

    run(scenario)


def test_a_loop_that_stands_still_finds_the_newest_and_knows_what_was_lost() -> None:
    async def whole() -> None:
        taken: list[int] = []
        handover = Handover[int](asyncio.get_running_loop(), taken.append, most=10)
        putting = threading.Thread(target=lambda: [handover.put(number) for number in range(100)])
        putting.start()
        putting.join()  # the loop stands still meanwhile
        await asyncio.sleep(0.01)
        assert taken == list(range(90, 100))
        assert handover.lost == 90
        handover.put(100)
        await asyncio.sleep(0.01)
        assert taken[-1] == 100

    asyncio.run(whole())
