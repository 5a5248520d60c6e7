# SPDX-License-Identifier: Apache-2.0
"""What is said to the device, by the trained policy on the real firmware: numbers become digits there, and an effect
waits for a clear yes of somebody who looks.
"""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.perception.percepts import Face, Heard, Seen, Word
from phosphene.policy.dialogue import Kind
from phosphene.prove.values import value_of
from tests.loop.sitting import Sitting, before_the_device, values

NUMBERS = count()


def look(person: Sitting, looking: float = 0.95) -> None:
    """Somebody stands before the device, and looks."""
    now = person.now_s()
    face = Face(1, (0.4, 0.3, 0.2, 0.3), 0.9, ((0.45, 0.4), (0.55, 0.4)), 60.0, looking)
    person.inbox.seen(Seen(now, (face,), (), 0.5, 0.0))


async def say(person: Sitting, line: str, confidence: float = 0.96, begun_s: float | None = None) -> None:
    """Say a line as people do, a word at a time, each first provisional; then be silent."""
    for text in line.split():
        begin = person.now_s() if begun_s is None else begun_s
        number = next(NUMBERS)
        person.inbox.heard((Heard(begin, -25.0, 0.9, (Word(number, text, begin, begin + 0.1, 0.6, committed=False),)),))
        await asyncio.sleep(0.12)
        word = Word(number, text, begin, begin + 0.1, confidence, committed=True)
        person.inbox.heard((Heard(begin + 0.2, -25.0, 0.9, (word,)),))
        await asyncio.sleep(0.12)
    await asyncio.sleep(0.3)
    person.inbox.heard((Heard(person.now_s(), -70.0, 0.0, ended=True),))


QUANTITIES = {
    "five minutes": 300,
    "ninety": 90,
    "two hundred five seconds": 205,
    "one hour": 3600,
    "3 minutes": 180,
    "0.05 minutes": 3,
}


def test_the_board_makes_digits_of_number_words_and_turns_units() -> None:
    async def scenario(person: Sitting) -> None:
        field = Field("seconds", "u32", unit="s", min=1, max=604800)
        for said, meant in QUANTITIES.items():
            assert await value_of(person.mcu, field, tuple(said.split()), "timer") == meant
        sign = Field("op", "choice", choices=("+", "-", "*", "/"))
        for said, meant in {"plus": "+", "times": "*", "divided by": "/", "-": "-"}.items():
            assert await value_of(person.mcu, sign, tuple(said.split()), "sum") == meant
        amount = Field("amount", "decimal")
        assert str(await value_of(person.mcu, amount, ("three", "point", "one", "four"), "sum")) == "3.14"
        assert str(await value_of(person.mcu, amount, ("minus", "three"), "sum")) == "-3"

    before_the_device(scenario)


def task_of(person: Sitting) -> Task | None:
    """The task that is talked about."""
    pending = person.moment.dialogue.pending
    return pending.task if pending is not None else None


async def a_timer_is_confirmed(person: Sitting) -> None:
    look(person)
    await say(person, "set a timer for five minutes")
    await person.until(lambda scene: scene.title == "set a timer?")
    assert values(person.scene) == {"name": "five minutes", "seconds": "300 s"}
    async with asyncio.timeout(5):
        while person.moment.dialogue.shown.on_screen_s is None:
            await asyncio.sleep(0.01)


async def timers(person: Sitting) -> str:
    return (await person.mcu.call("timer.list")).names


def test_an_effect_waits_for_a_clear_yes_after_the_question_of_somebody_who_looks() -> None:
    async def scenario(person: Sitting) -> None:
        await a_timer_is_confirmed(person)
        shown_s = person.moment.dialogue.shown.on_screen_s
        assert shown_s is not None
        look(person)
        await say(person, "yes", begun_s=shown_s - 0.2)
        assert await timers(person) == "", "it was begun before the question could be read"
        look(person)
        await say(person, "yes", confidence=0.7)
        assert await timers(person) == "", "it was not clear"
        look(person, looking=0.1)
        await asyncio.sleep(0.2)
        await say(person, "yes")
        assert await timers(person) == "", "nobody looked"
        assert task_of(person) is not None
        look(person)
        await asyncio.sleep(0.2)
        await say(person, "yes")
        await person.until(lambda scene: scene.title.startswith("set a timer five minutes"))
        assert await timers(person) == "five minutes"

    before_the_device(scenario)


def test_a_no_leads_away() -> None:
    async def scenario(person: Sitting) -> None:
        await a_timer_is_confirmed(person)
        await say(person, "no")
        await person.until(lambda scene: scene.title == "What shall I do?")
        assert await timers(person) == ""

    before_the_device(scenario)


@pytest.mark.parametrize(
    ("line", "title", "value"),
    [
        ("which timers are set", "which timers are set", {"names": "none"}),
        ("split the bill", "split the bill: amount?", {}),
    ],
)
def test_a_spoken_task_is_called_or_asked_about(line: str, title: str, value: dict[str, str]) -> None:
    async def scenario(person: Sitting) -> None:
        look(person)
        await say(person, line)
        await person.until(lambda scene: scene.title == title)
        scene = await person.until(lambda scene: values(scene).items() >= value.items())
        assert scene.title == title

    before_the_device(scenario)


def test_talk_that_means_nothing_changes_nothing() -> None:
    async def scenario(person: Sitting) -> None:
        for talk in ("hello", "yes", "no", "five", "thanks"):
            look(person)
            await say(person, talk)
        assert not any(moment.wish for moment in person.moments)
        assert person.moment.dialogue.shown.kind in (Kind.HOME, Kind.PUZZLED)

    before_the_device(scenario)


def test_words_are_shown_while_they_may_still_change() -> None:
    async def scenario(person: Sitting) -> None:
        await say(person, "hello")
        shown = [
            fact.value
            for moment in person.moments
            if moment.screenful is not None
            for fact in moment.screenful.scene.facts
            if fact.key == "device.heard"
        ]
        assert shown[0] == "hello…"
        assert "hello" in shown

    before_the_device(scenario)


def test_a_device_without_a_camera_listens_but_takes_no_spoken_yes() -> None:
    async def scenario(person: Sitting) -> None:
        person.inbox.camera = False
        await say(person, "set a timer for five minutes")
        await person.until(lambda scene: scene.title == "set a timer?")
        await asyncio.sleep(0.3)
        await say(person, "yes")
        await asyncio.sleep(0.5)
        assert await timers(person) == ""
        assert person.hint == "nobody can be seen"
        await person.touch("Yes", "set a timer five minutes")
        assert await timers(person) == "five minutes"

    before_the_device(scenario)


def test_words_are_whole_at_once_but_a_question_counts_from_its_own_frame() -> None:
    async def scenario(person: Sitting) -> None:
        await a_timer_is_confirmed(person)
        shown = [(moment, moment.screenful.scene) for moment in person.moments if moment.screenful is not None]
        asked, before = next(pair for pair in shown if pair[0].dialogue.shown.kind is Kind.CONFIRM)
        (heard,) = [fact.value for fact in before.facts if fact.key == "device.heard"]
        assert not heard.endswith("…"), "the board is still asked, but what was heard is certain"
        question = next(moment for moment, scene in shown if scene.title == "set a timer?")
        assert question.tick > asked.tick
        on_screen_s = person.moment.dialogue.shown.on_screen_s
        assert on_screen_s is not None
        assert on_screen_s >= question.time_s

    before_the_device(scenario)
