# SPDX-License-Identifier: Apache-2.0
"""Plays one session: a person and whatever decides, until the person leaves."""

from __future__ import annotations

import random
from typing import Protocol, TypeVar

from phosphene.line.dictionary import Task
from phosphene.policy.decision import Decision
from phosphene.policy.dialogue import Call, Stop
from phosphene.policy.situation import Situation
from phosphene_tools.bench.sessions_outcome import ERRORS, Outcome
from phosphene_tools.bench.sessions_people import Person
from phosphene_tools.sessions.wants import fulfils

S = TypeVar("S")


class Decides(Protocol[S]):
    """What can run the device."""

    def decide(self, situation: Situation, state: S) -> tuple[Decision, S]:
        """Return what is wanted now, and what to remember."""
        ...


def somebody(own: tuple[Task, ...], seed: int, number: int) -> Person:
    """Return the person of session `number`, who depends on nothing but the seed, the number and the tasks."""
    return Person(random.Random(f"{seed}.{number}"), own, ERRORS[number % len(ERRORS)] / 100)


def play(who: Decides[S], state: S, person: Person) -> Outcome:
    """Play the session of `person` with `who` deciding."""
    steps = person.steps()
    # A session may be too short for anything to be decided in it.
    situation = next(steps, None)
    while situation is not None:
        decision, state = who.decide(situation, state)
        try:
            situation = steps.send(decision)
        except StopIteration:
            break
    unseen = tuple(new for _, new in person.goals)
    errors, asked = round(100 * person.errors), person.stage.asked_back
    return Outcome(errors, tuple(person.reached), tuple(person.turns), unseen, asked, _unasked(person))


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
