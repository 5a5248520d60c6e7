# SPDX-License-Identifier: Apache-2.0
"""People for training: one who has a goal and keeps after it, others who talk, a television, and nobody at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.perception.percepts import Gesture
from phosphene.policy.decision import Action, Decision, Words
from phosphene.policy.dialogue import Call, Hush, Kind, Pending, Stop, fits
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.number_words import KINDS
from phosphene.policy.situation import Situation
from phosphene.policy.units import UNITS
from phosphene_tools.sessions.stage import Stage, Steps
from recipes.policy.dictionaries import draw
from recipes.policy.mishearing import Ear, Said
from recipes.policy.numbers import spoken_number
from recipes.policy.phrases import with_arguments
from recipes.policy.words import REAL, TALK, content

WITHOUT_GOAL = 0.42
MOST_TURNS = 9


@dataclass(frozen=True, slots=True)
class Meant:
    """What the one who spoke last wants the device to do now. `task` for TASK and STOP."""

    action: Action
    task: Task | None = None


NOTHING = Meant(Action.WAIT)


@dataclass(slots=True)
class Session:
    """One session. `meant` is the teacher's knowledge; `steps` is run by whoever decides."""

    rng: np.random.Generator
    confusions: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])
    meant: Meant = NOTHING
    goal: Pending | None = None
    turns: int = 0
    reached: list[bool] = field(default_factory=list[bool])
    stage: Stage = field(init=False)
    ear: Ear = field(init=False)

    def __post_init__(self) -> None:
        rng = self.rng
        lexicon = draw(rng)
        refusing = rng.random() < 0.08
        self.stage = Stage(lexicon, lambda _: bool(refusing and rng.random() < 0.5), float(rng.uniform(5, 60)))
        words = [*lexicon.number, *(choice for task in lexicon.tasks for a in task.args for choice in a.choices)]
        self.ear = Ear(float(rng.choice((0.0, 0.05, 0.1, 0.2, 0.3))), words, rng, self.confusions)

    def steps(self) -> Steps:
        """Play the session."""
        rng, stage = self.rng, self.stage
        tasks = stage.lexicon.tasks
        for _ in range(int(rng.choice(4, p=(0.7, 0.15, 0.1, 0.05)))):
            stage.run(tasks[rng.integers(len(tasks))])
        if rng.random() < WITHOUT_GOAL:
            yield from self._without_goal()
            return
        if rng.random() < 0.35:
            yield from self._noise(present=bool(rng.random() < 0.5))
        stage.look(True, float(rng.uniform(0.65, 1.0)), float(rng.uniform(30, 200)))
        yield from stage.wait(float(rng.uniform(0.5, 3.0)))
        kind = rng.random()
        if kind < 0.1 and stage.dialogue.running:
            yield from self._stop()
        elif kind < 0.16:
            yield from self._hush()
        else:
            for _ in range(int(rng.integers(1, 5))):
                yield from self._reach()
        self.meant = NOTHING
        if rng.random() < 0.3:
            yield from stage.wait(2.5)

    # ---- with a goal

    def _reach(self) -> Steps:
        rng, stage = self.rng, self.stage
        sayable = [task for task in stage.lexicon.tasks if all(a.kind != "bytes" for a in task.args)]
        task = sayable[rng.integers(len(sayable))]
        self.goal = Pending(task, {a.name: self._value(a) for a in task.args})
        self.reached.append(False)
        before = len(stage.done)
        for _ in range(MOST_TURNS):
            if rng.random() < 0.08:
                yield from self._aside()
            yield from self._turn(self.goal)
            self.turns += 1
            calls = [done.wish.pending for done in stage.done[before:] if isinstance(done.wish, Call)]
            if any(call.task is task and dict(call.given) == dict(self.goal.given) for call in calls):
                self.reached[-1] = True
                break
            yield from stage.wait(float(rng.uniform(0.4, 1.5)))
        self.meant = NOTHING

    def _turn(self, goal: Pending) -> Steps:
        rng, shown = self.rng, self.stage.dialogue.shown
        match shown.kind:
            case Kind.ASK if shown.pending is not None and shown.pending.task is goal.task and shown.wanted is not None:
                if rng.random() < 0.04:
                    yield from self._speak([_one(rng, ("cancel", "no", "back"))], Meant(Action.HOME))
                else:
                    yield from self._answer(goal, shown.wanted)
            case Kind.CONFIRM if shown.pending is not None and shown.pending.task is goal.task:
                wrong = [a for a in goal.task.args if not same(shown.pending.given.get(a.name), goal.given[a.name])]
                if wrong:
                    yield from self._correct(goal, wrong[0])
                elif rng.random() < 0.15:
                    yield from self._touch(Action.YES)
                else:
                    words = _one(rng, ("yes", "yes", "yes", "yes please", "okay", "yes go"))
                    yield from self._speak(words.split(), Meant(Action.YES))
            case Kind.ASK | Kind.CONFIRM:
                if rng.random() < 0.5:
                    words = _one(rng, ("no", "no", "cancel", "back"))
                    yield from self._speak(words.split(), Meant(Action.NO))
                else:
                    yield from self._command(goal, ["no"] if rng.random() < 0.5 else [])
            case Kind.CHOOSE if goal.task in shown.candidates and rng.random() < 0.3:
                yield from self._touch(Action.TASK, goal.task)
            case _:
                again = self.stage.dialogue.last
                if again is not None and again.task is goal.task and rng.random() < 0.5:
                    yield from self._speak(["again"], Meant(Action.AGAIN))
                elif shown.kind is Kind.RESULT and rng.random() < 0.05:
                    yield from self._speak(["home"], Meant(Action.HOME))
                else:
                    yield from self._command(goal, [])

    def _command(self, goal: Pending, before: list[str]) -> Steps:
        rng = self.rng
        phrase = _one(rng, goal.task.says).lower().replace("'", "").split()
        if rng.random() < 0.1 and len(phrase) > 2:
            phrase = [word for word in phrase if word not in ("the", "a")]
        said = with_arguments(phrase, self._given(goal), rng)
        said = [*((word, "") for word in before), *said]
        if rng.random() < 0.08:
            said = [*said, ("please", "")]
        yield from self._say(said, Meant(Action.TASK, goal.task))

    def _given(self, goal: Pending) -> list[tuple[Field, list[str]]]:
        """The arguments that are said at once: mostly all, sometimes the first of them or none."""
        some = [(a, list(goal.given[a.name])) for a in goal.task.args]
        kind = self.rng.random()
        return some if kind < 0.6 else [] if kind < 0.85 else some[: int(self.rng.integers(len(some) + 1))]

    def _answer(self, goal: Pending, wanted: Field) -> Steps:
        words = goal.given[wanted.name]
        yield from self._say([(word, wanted.name) for word in words], Meant(Action.ANSWER))

    def _correct(self, goal: Pending, wrong: Field) -> Steps:
        rng = self.rng
        if rng.random() < 0.2:
            yield from self._speak(["no"], Meant(Action.NO))
            return
        said: list[Said] = [("no", "")] if rng.random() < 0.6 else []
        yield from self._say([*said, *((word, wrong.name) for word in goal.given[wrong.name])], Meant(Action.ANSWER))

    def _value(self, argument: Field) -> Words:
        rng = self.rng
        if argument.kind in KINDS:
            units = _spoken_units(argument)
            number = spoken_number(rng, decimal=argument.kind == "decimal")
            return (*number, _one(rng, units)) if units and rng.random() < 0.7 else tuple(number)
        if argument.kind == "choice":
            return tuple(_one(rng, argument.choices).lower().split())
        if argument.kind == "bool":
            return (_one(rng, ("yes", "no", "on", "off")),)
        return tuple(content(rng) for _ in range(1 + int(rng.random() < 0.15)))

    def _stop(self) -> Steps:
        rng, stage = self.rng, self.stage
        process = stage.dialogue.running[rng.integers(len(stage.dialogue.running))]
        alone = len({p.task.name for p in stage.dialogue.running}) == 1
        for _ in range(3):
            if rng.random() < 0.1 and alone:
                stage.look(True, 0.9, 60.0, Gesture.OPEN_PALM)
                self.meant = Meant(Action.STOP, process.task)
                yield from stage.wait(0.5)
                stage.look(True, 0.9, 60.0)
            else:
                words = _one(rng, process.task.says).lower().split() if not alone or rng.random() < 0.4 else []
                yield from self._speak(["stop", *words], Meant(Action.STOP, process.task))
            self.turns += 1
            if any(isinstance(done.wish, Stop) for done in stage.done):
                break
        self.meant = NOTHING

    def _hush(self) -> Steps:
        self.stage.ring(content(self.rng))
        yield from self.stage.wait(1.0)
        for _ in range(3):
            words = _one(self.rng, ("stop", "quiet", "okay", "thanks", "stop", "off"))
            yield from self._speak(words.split(), Meant(Action.HUSH))
            self.turns += 1
            if any(isinstance(done.wish, Hush) for done in self.stage.done):
                break
        self.meant = NOTHING

    # ---- without one

    def _without_goal(self) -> Steps:
        rng, stage = self.rng, self.stage
        for _ in range(int(rng.integers(1, 4))):
            kind = rng.random()
            if kind < 0.15:
                stage.look(True, float(rng.uniform(0.0, 1.0)), float(rng.uniform(40, 300)))
                yield from stage.wait(float(rng.uniform(2, 8)))
            else:
                yield from self._noise(present=bool(rng.random() < 0.6))

    def _noise(self, *, present: bool) -> Steps:
        """Talk that isn't for the device, with words of the device's in it."""
        rng = self.rng
        self.stage.look(present, float(rng.beta(1.2, 3)) if present else 0.0, float(rng.uniform(60, 350)))
        for _ in range(int(rng.integers(1, 3))):
            yield from self._speak(self._chatter(), NOTHING)
        yield from self.stage.wait(0.5)

    def _aside(self) -> Steps:
        """Somebody else says something, or the user to somebody else, looking away."""
        looking = self.stage.person.looking
        if self.rng.random() < 0.7:
            self.stage.look(True, float(self.rng.uniform(0.0, 0.4)))
        yield from self._speak(self._chatter(), NOTHING)
        self.stage.look(True, looking)

    def _chatter(self) -> list[str]:
        rng = self.rng
        own = list(self.stage.lexicon.number)
        words = [
            _one(rng, own) if rng.random() < 0.25 else _one(rng, TALK if rng.random() < 0.8 else REAL)
            for _ in range(int(rng.integers(2, 9)))
        ]
        if rng.random() < 0.12:
            words.insert(int(rng.integers(len(words) + 1)), _one(rng, ("yes", "no", "stop", "go", "okay", "thanks")))
        if rng.random() < 0.12:
            task = self.stage.lexicon.tasks[rng.integers(len(self.stage.lexicon.tasks))]
            words[1:1] = _one(rng, task.says).lower().split()
        return words[:12]

    # ---- voice and finger

    def _touch(self, action: Action, task: Task | None = None) -> Steps:
        self.meant = NOTHING
        yield from self.stage.touch(Decision(action, task, touched=True))

    def _speak(self, words: list[str], meant: Meant) -> Steps:
        yield from self._say([(word, "") for word in words], meant)

    def _say(self, said: list[Said], meant: Meant) -> Steps:
        self.meant = meant
        yield from self.stage.say(self.ear.hear(said), float(self.rng.uniform(0.25, 0.5)))


def same(shown: Words | None, meant: Words) -> bool:
    """Return whether the words on the screen are those that were meant."""
    return shown is not None and tuple(shown) == tuple(meant)


def said_for(situation: Situation, argument: Field, tags: Mapping[int, str]) -> tuple[int, int] | None:
    """Return where the words for `argument` stand in what was heard, None if nothing of it is of use."""
    heard = situation.heard
    places = [place for place, word in enumerate(heard) if tags.get(word.number) == argument.name]
    if not places:
        return None
    start, end = places[0], places[-1] + 1
    readings = [{word.text.lower(), *(other for other, _ in word.others)} for word in heard[start:end]]
    if argument.kind == "text" or all(any(_may(argument, text) for text in reading) for reading in readings):
        return start, end
    return None


def _may(argument: Field, text: str) -> bool:
    if argument.kind == "choice":
        return any(text in choice.lower().split() for choice in argument.choices)
    return fits(argument, (text,)) or text in _spoken_units(argument)


def _spoken_units(argument: Field) -> tuple[str, ...]:
    return UNITS.get(argument.unit, ())


def _one(rng: np.random.Generator, options: tuple[str, ...] | list[str]) -> str:
    return options[int(rng.integers(len(options)))]


__all__ = ["Lexicon", "Meant", "Session", "said_for", "same"]
