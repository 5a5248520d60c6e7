# SPDX-License-Identifier: Apache-2.0
"""`phosphene bench sessions`: people, words and mishearings that no training saw; the policy beside thirty rules."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from phosphene.line.dictionary import Dictionary, Task
from phosphene.policy.decision import Decision
from phosphene.policy.dialogue import Call, Stop
from phosphene.policy.policy import Policy, State
from phosphene.policy.situation import Situation
from phosphene_tools.bench.sessions_people import Person
from phosphene_tools.bench.sessions_quiet import aged, babble
from phosphene_tools.bench.sessions_rules import Rules
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.places import coprocessor
from phosphene_tools.sessions.wants import fulfils

S = TypeVar("S")
ERRORS: Final = (0, 10, 20, 30)
"""Per cent of the words misheard; sessions take them in turn."""
_DRIFT_SESSIONS: Final = 200


class Decides(Protocol[S]):
    """What can run the device."""

    def decide(self, situation: Situation, state: S) -> tuple[Decision, S]:
        """Return what is wanted now, and what to remember."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a session: for each goal whether it was reached, in how many turns, of a task nobody trained on."""

    errors: int
    reached: tuple[bool, ...]
    turns: tuple[int, ...]
    unseen: tuple[bool, ...]
    asked_back: int
    unasked: int


def run(sessions: int, seed: int) -> dict[str, Any]:
    """Play `sessions` sessions with the policy, and the same with the rules; return the figures."""
    own = tuple(task for task in Dictionary.parse(build_dictionary(coprocessor())[0]).tasks if task.says)
    policy = Policy.load()
    numbers = range(sessions)
    ours = [play(policy, State.fresh(), own, seed, number) for number in numbers]
    rules = [play(Rules(), None, own, seed, number) for number in numbers]
    figures = summary(ours)
    figures["needless_questions"] = _needless(ours)
    unseen = [done for o in ours for done, new in zip(o.reached, o.unseen, strict=True) if new]
    figures["reached_unseen_tasks"] = _share(unseen)
    figures["by_word_error"] = by_word_error(ours)
    figures["rules"] = summary(rules) | {"by_word_error": by_word_error(rules)}
    figures["babble"] = babble(policy, seed)
    old = aged(policy, seed)
    drifted = sum(
        play(policy, old, own, seed, number).reached != ours[number].reached
        for number in range(min(_DRIFT_SESSIONS, sessions))
    )
    figures["ten_hours"] = {"drift": round(drifted / min(_DRIFT_SESSIONS, sessions), 4)}
    return figures


def play(who: Decides[S], state: S, own: tuple[Task, ...], seed: int, number: int) -> Outcome:
    """Play session `number`; it depends on nothing but the seed, the number and what is decided."""
    errors = ERRORS[number % len(ERRORS)]
    person = Person(random.Random(f"{seed}.{number}"), own, errors / 100)
    steps = person.steps()
    situation = next(steps)
    while True:
        decision, state = who.decide(situation, state)
        try:
            situation = steps.send(decision)
        except StopIteration:
            break
    unseen = tuple(new for _, new in person.goals)
    asked = person.stage.asked_back
    return Outcome(errors, tuple(person.reached), tuple(person.turns), unseen, asked, _unasked(person))


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what all sessions together say. Turns are those of goals that were reached."""
    turns = [count for o in outcomes for count, done in zip(o.turns, o.reached, strict=True) if done]
    return {
        "sessions": len(outcomes),
        "reached": _share([done for o in outcomes for done in o.reached]),
        "turns_to_goal": round(sum(turns) / len(turns), 3) if turns else None,
        "unasked_effects": sum(o.unasked for o in outcomes),
    }


def by_word_error(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the same for each share of misheard words, in per cent."""
    return {str(errors): summary([o for o in outcomes if o.errors == errors]) for errors in ERRORS}


def _needless(outcomes: Sequence[Outcome]) -> float:
    """Questions back per goal where every word was heard right."""
    clean = [o for o in outcomes if o.errors == 0]
    goals = sum(len(o.reached) for o in clean)
    return round(sum(o.asked_back for o in clean if o.reached) / goals, 4) if goals else 0.0


def _unasked(person: Person) -> int:
    """Effects in the world that the session's person wanted at no time, or in other words than these."""
    count = 0
    stops = person.stops_wanted
    for done in person.stage.done:
        if isinstance(done.wish, Stop):
            count += stops <= 0
            stops -= 1
        elif isinstance(done.wish, Call):
            call = done.wish.pending
            asked = any(fulfils(call, goal) for goal, _ in person.goals)
            count += done.effect and not asked
        else:
            count += 1
    return count


def _share(done: Sequence[bool]) -> float:
    return round(sum(done) / len(done), 4) if done else 0.0
