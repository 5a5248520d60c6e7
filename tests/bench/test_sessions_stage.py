# SPDX-License-Identifier: Apache-2.0
"""The stage of sessions: what nobody says isn't wanted by word, and words are committed as the device's ears do it."""

from __future__ import annotations

import random

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.policy.decision import WAIT
from phosphene.policy.dialogue import Pending
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.situation import Situation
from phosphene_tools.bench.sessions_people import Person
from phosphene_tools.bench.sessions_play import play
from phosphene_tools.bench.sessions_rules import Rules
from phosphene_tools.sessions.stage import Spoken, Stage, Steps
from phosphene_tools.sessions.wants import differing, fulfils, spoken

POUR = Task(
    "dispense.pour",
    number=0,
    says=("pour",),
    args=(Field("key", "u64"), Field("ml", "decimal", unit="ml")),
    privilege="operate",
)


def seen(steps: Steps) -> list[Situation]:
    """All steps, nothing being decided."""
    situations = [next(steps)]
    while True:
        try:
            situations.append(steps.send(WAIT))
        except StopIteration:
            return situations


def test_nobody_says_a_key_and_nobody_misses_it() -> None:
    given = spoken(POUR, {"key": ("fifty",), "ml": ("eight", "milliliters")}, 1.0)
    goal = Pending(POUR, given)
    assert given == {"ml": ("eight", "milliliters")}
    called = Pending(POUR).with_words({"ml": ("eight",)})
    assert fulfils(called, goal)
    assert differing(Pending(POUR).with_words({"ml": ("nine",)}), goal) == ("ml",)


def test_words_of_an_utterance_are_committed_together_at_its_end() -> None:
    stage = Stage(Lexicon((POUR,)))
    words = [Spoken(word, 0.9) for word in ["please", "pour", "eight", "milliliters", "for", "me", "now"]]
    steps = seen(stage.say_at_once(words, pace_s=0.5))
    *before, last = steps
    assert last.ended
    assert [word.text for word in last.heard] == [word.text for word in words]
    assert all(word.committed for word in last.heard)
    assert before, "in two seconds without anything a step is due"
    assert not any(word.committed for step in before for word in step.heard)
    starts = [word.start_s for word in last.heard]
    assert starts == sorted(set(starts))
    assert last.now_s - last.heard[-1].end_s > 0.8


class Passing(Person):
    """Somebody who is gone before anything is to be decided."""

    def steps(self) -> Steps:
        yield from self.stage.wait(0.0)


def test_a_session_in_which_nothing_is_decided_is_one_all_the_same() -> None:
    outcome = play(Rules(), None, Passing(random.Random(1), (), 0.1))
    assert (outcome.errors, outcome.reached, outcome.asked_back, outcome.unasked) == (10, (), 0, 0)
