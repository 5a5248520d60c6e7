# SPDX-License-Identifier: Apache-2.0
"""The bench's own people: what they want, how they say it, when they talk to each other instead. Frozen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.policy.decision import Action, Decision, Words
from phosphene.policy.dialogue import Call, Kind, Pending, Stop
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.number_words import KINDS
from phosphene.policy.units import UNITS
from phosphene_tools.bench import sessions_words as words
from phosphene_tools.bench.sessions_ear import Ear
from phosphene_tools.sessions.stage import Spoken, Stage, Steps
from phosphene_tools.sessions.wants import differing, fulfils, spoken

PATIENCE: Final = 8
"""Turns after which somebody gives up."""
_WITHOUT_GOAL: Final = 0.4
_ASIDE: Final = 0.07
_TOUCHES: Final = 0.12
_ONES: Final = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "fifteen", "eighteen"),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNSEEN: Final = 5


class Hears(Protocol):
    """What becomes of words on their way to the device."""

    def hear(self, words: Sequence[str]) -> list[Spoken]:
        """Return what is heard of them."""
        ...


@dataclass(slots=True)
class Person:
    """One session: somebody with a goal, or none (`goals` stays empty). `own` are the firmware's tasks."""

    rng: random.Random
    own: tuple[Task, ...]
    errors: float
    goals: list[tuple[Pending, bool]] = field(default_factory=list[tuple[Pending, bool]])
    reached: list[bool] = field(default_factory=list[bool])
    turns: list[int] = field(default_factory=list[int])
    stops_wanted: int = 0
    stage: Stage = field(init=False)
    ear: Hears = field(init=False)

    def __post_init__(self) -> None:
        rng = self.rng
        unseen = words.tasks(rng)
        # Every session has five tasks at least that no training saw; half of them are a household's and the firmware's.
        mixed = (*rng.sample(self.own, min(len(self.own), 25)), *unseen[:_UNSEEN]) if rng.random() < 0.5 else unseen
        self.stage = Stage(Lexicon(mixed), lasts_s=rng.uniform(10, 90))
        choices = [option for task in mixed for a in task.args for option in a.choices]
        self.ear = Ear(rng, self.errors, [*self.stage.lexicon.number, *choices, *_ONES, *_TENS, "yes", "no", "stop"])

    def steps(self) -> Steps:
        """Play the session."""
        rng, stage = self.rng, self.stage
        if rng.random() < _WITHOUT_GOAL:
            for _ in range(rng.randint(1, 4)):
                stage.look(rng.random() < 0.6, rng.choice((0.0, 0.1, 0.3, 0.7)), rng.uniform(80, 300))
                yield from stage.say(self.ear.hear(self._chatter()))
                yield from stage.wait(rng.uniform(0.5, 6.0))
            return
        for _ in range(rng.randint(1, 3)):
            stage.look(True, rng.uniform(0.7, 1.0), rng.uniform(30, 150))
            yield from stage.wait(rng.uniform(0.5, 4.0))
            yield from self._after_a_goal()
        running = stage.dialogue.running
        if running and rng.random() < 0.5:
            yield from self._stop(running[-1].task)

    def _after_a_goal(self) -> Steps:
        rng, stage = self.rng, self.stage
        unseen = rng.random() < 0.7
        sayable = [task for task in stage.lexicon.tasks if _can_be_said(task)]
        task = rng.choice([task for task in sayable if task.name.startswith("unseen.") == unseen] or sayable)
        given = {argument.name: self._value(argument) for argument in task.args}
        goal = Pending(task, spoken(task, given, rng.random()))
        self.goals.append((goal, task.name.startswith("unseen.")))
        before, turns = len(stage.done), 0
        while turns < PATIENCE and not self._has(goal, before):
            if rng.random() < _ASIDE:
                stage.look(True, rng.uniform(0.0, 0.4))
                yield from stage.say(self.ear.hear(self._chatter()))
                stage.look(True, 0.9)
            yield from self._turn(goal)
            turns += 1
            yield from stage.wait(rng.uniform(0.4, 1.2))
        self.reached.append(self._has(goal, before))
        self.turns.append(turns)

    def _has(self, goal: Pending, before: int) -> bool:
        calls = [done.wish.pending for done in self.stage.done[before:] if isinstance(done.wish, Call)]
        return any(fulfils(call, goal) for call in calls)

    def _turn(self, goal: Pending) -> Steps:
        rng, stage = self.rng, self.stage
        shown = stage.dialogue.shown
        mine = shown.pending is not None and shown.pending.task is goal.task
        if shown.kind is Kind.CONFIRM:
            wrong = differing(shown.pending, goal) if mine and shown.pending is not None else tuple[str, ...]()
            if mine and not wrong:
                if rng.random() < _TOUCHES:
                    yield from stage.touch(Decision(Action.YES, touched=True))
                else:
                    yield from self._say(rng.choice((["yes"], ["yes"], ["yes", "please"])))
            elif mine and rng.random() < 0.7:
                yield from self._say([*rng.choice(([], ["no"])), *goal.arguments[wrong[0]]])
            else:
                yield from self._say(["no"])
        elif shown.kind is Kind.ASK and mine and shown.wanted is not None:
            yield from self._say(list(goal.arguments[shown.wanted.name]))
        elif shown.kind is Kind.ASK:
            yield from self._say(["cancel"])
        elif shown.kind is Kind.CHOOSE and goal.task in shown.candidates and rng.random() < 0.5:
            yield from stage.touch(Decision(Action.TASK, goal.task, touched=True))
        else:
            yield from self._say(self._command(goal))

    def _command(self, goal: Pending) -> list[str]:
        said = self.rng.choice(goal.task.says).lower().split()
        if self.rng.random() < 0.7:
            for said_for in goal.given.values():
                said += [*self.rng.choice(([], [], ["to"], ["for"])), *said_for]
        return [*self.rng.choice(([], [], [], ["please"])), *said]

    def _value(self, argument: Field) -> Words:
        rng = self.rng
        if argument.kind in KINDS:
            number = [rng.choice(_ONES)] if rng.random() < 0.5 else [rng.choice(_TENS)]
            if number[0] in _TENS and rng.random() < 0.5:
                number.append(rng.choice(_ONES[:9]))
            units = UNITS.get(argument.unit, ())
            return tuple([*number, rng.choice(units)] if units and rng.random() < 0.6 else number)
        if argument.kind == "choice":
            return tuple(rng.choice(argument.choices).lower().split())
        return (rng.choice(("yes", "no")),) if argument.kind == "bool" else (rng.choice(words.NAMES),)

    def _stop(self, task: Task) -> Steps:
        self.stops_wanted += 1
        yield from self._say(["stop"] if self.rng.random() < 0.6 else ["stop", *self.rng.choice(task.says).split()])
        if not any(isinstance(done.wish, Stop) for done in self.stage.done):
            yield from self._say(["stop"])

    def _chatter(self) -> list[str]:
        sentence = self.rng.choice(words.CHATTER)
        things = {"thing": self.rng.choice(words.THINGS), "deed": self.rng.choice(words.DEEDS)}
        return sentence.format(**things).lower().split()[:14]

    def _say(self, said: list[str]) -> Steps:
        yield from self.stage.say(self.ear.hear(said), self.rng.uniform(0.25, 0.5))


def _can_be_said(task: Task) -> bool:
    return all(argument.kind != "bytes" for argument in task.args)
