# SPDX-License-Identifier: Apache-2.0
"""What is said at the desk, on the real firmware: numbers become digits there, effects wait for a clear yes."""

from __future__ import annotations

import time

from phosphene.desk.numbers import in_digits
from phosphene.perception.percepts import Word
from phosphene.senses.utterance import Utterance
from tests.loop.sitting import Sitting, before_the_device, values

LONG_AGO = 0.0


def uttered(line: str, confidence: float = 0.95, start_s: float | None = None) -> Utterance:
    """The words of `line`, said now unless `start_s` says when."""
    begin = time.monotonic() if start_s is None else start_s
    return Utterance(
        tuple(
            Word(number, text, begin + 0.3 * number, begin + 0.3 * number + 0.2, confidence, committed=True)
            for number, text in enumerate(line.split())
        )
    )


async def say(person: Sitting, line: str, title: str) -> None:
    """Say a line and wait for a new scene with `title` at its beginning."""
    person.scenes.append(person.scenes[0])
    await person.desk.said(uttered(line), LONG_AGO)
    await person.until(lambda scene: scene.title.startswith(title))


NUMBERS = {
    "timer five minutes": "timer 5 minutes",
    "calculate six times seven": "calculate 6 * 7",
    "twenty five divided by four": "25 / 4",
    "twenty-five divided four": "25 / 4",
    "three point one four": "3.14",
    "calculate minus three plus two": "calculate -3 + 2",
    "five minus two": "5 - 2",
    "one hundred five": "105",
    "five twenty": "five twenty",
    "what time is": "what time is",
    "minus": "minus",
    "plus five": "plus 5",
}


def test_the_board_makes_digits_of_number_words() -> None:
    async def scenario(person: Sitting) -> None:
        for said, meant in NUMBERS.items():
            assert " ".join(await in_digits(person.desk.mcu, said.split())) == meant

    before_the_device(scenario)


def test_a_spoken_task_is_called() -> None:
    async def scenario(person: Sitting) -> None:
        await say(person, "calculate six times seven", "calculate 6 * 7")
        scene = await person.until(lambda scene: bool(scene.facts))
        assert values(scene)["value"] == "42"

    before_the_device(scenario)


def test_an_effect_waits_for_a_yes_that_is_clear_and_comes_after_the_question() -> None:
    async def scenario(person: Sitting) -> None:
        desk = person.desk
        await say(person, "set timer five minutes", "set a timer?")
        shown_s = time.monotonic()
        assert values(person.scene)["seconds"] == "300 s"
        early = uttered("yes", start_s=shown_s - 0.2)
        assert "before the question" in await desk.said(early, shown_s)
        assert "before the question" in await desk.said(uttered("yes"), None)
        assert "clearer" in await desk.said(uttered("yes", 0.7), shown_s)
        assert "not clear enough" in await desk.said(uttered("yes", 0.3), shown_s)
        assert person.scene.title == "set a timer?"
        assert (await desk.mcu.call("timer.list")).names == ""
        assert await desk.said(uttered("yes"), shown_s) == "pressed Yes"
        await person.until(lambda scene: scene.title == "Timer")
        assert await desk.said(uttered("stop"), shown_s) == "pressed Stop the timer"
        await person.until(lambda scene: scene.title == "What shall I do?")

    before_the_device(scenario)


def test_a_no_answers_it_too() -> None:
    async def scenario(person: Sitting) -> None:
        await say(person, "set timer five minutes", "set a timer?")
        assert await person.desk.said(uttered("no"), LONG_AGO) == "pressed No"
        await person.until(lambda scene: scene.title == "What shall I do?")
        assert (await person.desk.mcu.call("timer.list")).names == ""

    before_the_device(scenario)


def test_what_is_asked_for_can_be_said() -> None:
    async def scenario(person: Sitting) -> None:
        await person.type("divide 7", "divide")
        question = person.scene.title
        await say(person, "two", "divide: rule?")
        assert person.scene.title != question
        assert await person.desk.said(uttered("floor"), LONG_AGO) == "pressed floor"

    before_the_device(scenario)


def test_talk_that_means_nothing_leaves_the_screen_alone() -> None:
    async def scenario(person: Sitting) -> None:
        before = len(person.scenes)
        for talk in ("hello", "yes", "no", "five", "seven minutes", "thanks"):
            assert not (await person.desk.said(uttered(talk), LONG_AGO)).startswith(("asked", "pressed"))
        assert len(person.scenes) == before

    before_the_device(scenario)
