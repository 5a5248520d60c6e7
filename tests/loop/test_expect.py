# SPDX-License-Identifier: Apache-2.0
"""What the ears are told to expect, by what the real loop shows."""

from __future__ import annotations

from dataclasses import replace

from phosphene.line.dictionary import Dictionary
from phosphene.loop.expect import Expecting, expected
from phosphene.moment import Moment
from phosphene.policy.decision import Action, Decision
from phosphene.policy.dialogue import after, begin, rings


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


def test_the_ears_are_told_only_of_changes(dictionary: Dictionary) -> None:
    told: list[frozenset[str] | None] = []
    expecting = Expecting(told.append)
    moment = Moment.first(0.0)
    expecting.take(moment)
    assert told == []
    asking, _ = after(moment.dialogue, Decision(Action.TASK, dictionary.task("exact.divide")), 1.0)
    for _ in range(3):
        expecting.take(replace(moment, dialogue=asking))
    assert len(told) == 1
    expecting.take(moment)
    assert told[-1] is None
