# SPDX-License-Identifier: Apache-2.0
"""What the ears are told to expect, by what the real loop shows."""

from __future__ import annotations

from dataclasses import replace

from phosphene.line.dictionary import Dictionary
from phosphene.loop.expect import Expecting, expected, spoken_to
from phosphene.moment import Moment
from phosphene.policy.decision import Action, Decision
from phosphene.policy.dialogue import Running, after, begin, rings
from phosphene.policy.situation import Person
from phosphene.senses.perceived import Expectation, Overheard


def test_a_question_takes_its_answers_and_a_home_takes_anything(dictionary: Dictionary) -> None:
    home = begin(0.0)
    assert expected(home) is None
    timer = dictionary.task("timer.start")
    asking, _ = after(home, Decision(Action.TASK, timer, {"name": ("tea",)}), 1.0)
    words = expected(asking)
    assert words is not None
    assert {"five", "twenty", "minutes", "cancel"} <= words
    assert "open" not in words
    confirming, _ = after(asking, Decision(Action.ANSWER, arguments={"seconds": ("five", "minutes")}), 2.0)
    assert expected(confirming) == {"yes", "no", "stop", "cancel"}
    assert "quiet" in (expected(rings(home, "tea", 3.0)) or ())


def test_who_looks_or_is_in_the_middle_of_something_is_taken_to_speak_to_it(dictionary: Dictionary) -> None:
    home = begin(0.0)
    looks = Person(100.0, True, 60.0, 0.9)
    assert spoken_to(home, looks, 100.5)
    assert not spoken_to(home, looks, 110.0), "that picture is old"
    assert not spoken_to(home, replace(looks, looking=0.2), 100.5)
    assert not spoken_to(home, replace(looks, assumed=True), 100.5), "no camera saw anybody"
    asking, _ = after(home, Decision(Action.TASK, dictionary.task("exact.divide")), 1.0)
    assert spoken_to(asking, Person(), 100.0)
    puzzled, _ = after(home, Decision(Action.NOT_UNDERSTOOD), 90.0)
    assert spoken_to(puzzled, Person(), 100.0)
    assert not spoken_to(puzzled, Person(), 200.0)
    process = next(task for task in dictionary.tasks if task.is_process)
    assert spoken_to(replace(home, running=(Running(1, process),)), Person(), 100.0)


def test_the_ears_are_told_only_of_changes(dictionary: Dictionary) -> None:
    told: list[Expectation] = []
    expecting = Expecting(told.append, lambda: ("divide",))
    moment = Moment.first(0.0)
    asking, _ = after(moment.dialogue, Decision(Action.TASK, dictionary.task("exact.divide")), 1.0)
    words = expected(asking)
    assert words
    for time_s, dialogue, person in (
        (0.0, moment.dialogue, Person()),
        (0.1, moment.dialogue, Person()),
        (1.0, asking, Person()),
        (1.1, asking, Person()),
        # What was being said when the screen went home is heard out.
        (1.2, moment.dialogue, Person()),
        (9.0, moment.dialogue, Person()),
        (9.1, moment.dialogue, Person(9.1, True, 60.0, 0.9)),
        (11.0, moment.dialogue, Person(11.0)),
        (19.0, moment.dialogue, Person(19.0)),
    ):
        expecting.take(replace(moment, time_s=time_s, dialogue=dialogue, person=person))
    overheard = Overheard(("divide",))
    assert told == [overheard, words, None, overheard, None, overheard]
