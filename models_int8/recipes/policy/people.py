# SPDX-License-Identifier: Apache-2.0
"""People for training: one who has a goal and keeps after it, between others who talk, a television, and nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from phosphene.line.schema import Field
from phosphene.perception.percepts import Gesture
from phosphene.policy.decision import Action
from phosphene.policy.dialogue import Call, Hush, Kind, Pending, Stop
from phosphene_tools.sessions.stage import Stage, Steps
from phosphene_tools.sessions.wants import differing, fulfils, spoken
from recipes.policy.bystanders import aside, noise, without_goal
from recipes.policy.dictionaries import draw
from recipes.policy.draws import one, value
from recipes.policy.meant import NOTHING, Meant
from recipes.policy.mishearing import Ear, Said
from recipes.policy.phrases import with_arguments
from recipes.policy.voice import Voice
from recipes.policy.words import content

_WITHOUT_GOAL: Final = 0.42
_MOST_TURNS: Final = 9
_TYPES: Final = 0.14
_AT_ONCE: Final = 0.5


@dataclass(slots=True)
class Session(Voice):
    """One session. `meant` is the teacher's knowledge; `steps` is run by whoever decides."""

    confusions: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])
    goal: Pending | None = None
    turns: int = 0
    reached: list[bool] = field(default_factory=list[bool])
    _names: tuple[str, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        rng = self.rng
        lexicon = draw(rng)
        refusing = rng.random() < 0.08
        self.stage = Stage(lexicon, lambda _: bool(refusing and rng.random() < 0.5), float(rng.uniform(5, 60)))
        words = [*lexicon.number, *(choice for task in lexicon.tasks for a in task.args for choice in a.choices)]
        self.ear = Ear(float(rng.choice((0.0, 0.05, 0.1, 0.2, 0.3))), words, rng, self.confusions)
        self.typing = bool(rng.random() < _TYPES)
        self.at_once = bool(rng.random() < _AT_ONCE)
        self._names = tuple(lexicon.number)

    def steps(self) -> Steps:
        """Play the session."""
        rng, stage = self.rng, self.stage
        tasks = stage.lexicon.tasks
        for _ in range(int(rng.choice(4, p=(0.7, 0.15, 0.1, 0.05)))):
            stage.run(tasks[rng.integers(len(tasks))])
        if rng.random() < _WITHOUT_GOAL:
            yield from without_goal(self)
            return
        if rng.random() < 0.35:
            yield from noise(self, present=bool(rng.random() < 0.5))
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

    def _reach(self) -> Steps:
        rng, stage = self.rng, self.stage
        sayable = [task for task in stage.lexicon.tasks if all(a.kind != "bytes" for a in task.args)]
        task = sayable[rng.integers(len(sayable))]
        wanted = {argument.name: value(rng, argument, self._names, typing=self.typing) for argument in task.args}
        self.goal = Pending(task, spoken(task, wanted, rng.random()))
        self.reached.append(False)
        before = len(stage.done)
        for _ in range(_MOST_TURNS):
            if rng.random() < 0.08:
                yield from aside(self)
            yield from self._turn(self.goal)
            self.turns += 1
            calls = [done.wish.pending for done in stage.done[before:] if isinstance(done.wish, Call)]
            if any(fulfils(call, self.goal) for call in calls):
                self.reached[-1] = True
                break
            yield from stage.wait(float(rng.uniform(0.4, 1.5)))
        self.meant = NOTHING

    def _turn(self, goal: Pending) -> Steps:
        rng, shown = self.rng, self.stage.dialogue.shown
        match shown.kind:
            case Kind.ASK if shown.pending is not None and shown.pending.task is goal.task and shown.wanted is not None:
                if rng.random() < 0.04:
                    yield from self.speak([one(rng, ("cancel", "no", "back"))], Meant(Action.HOME))
                else:
                    yield from self._answer(goal, shown.wanted)
            case Kind.CONFIRM if shown.pending is not None and shown.pending.task is goal.task:
                wrong = differing(shown.pending, goal)
                if wrong:
                    yield from self._correct(goal, wrong[0])
                elif rng.random() < 0.15:
                    yield from self.touch(Action.YES)
                else:
                    words = one(rng, ("yes", "yes", "yes", "yes please", "okay", "yes go"))
                    yield from self.speak(words.split(), Meant(Action.YES))
            case Kind.ASK | Kind.CONFIRM:
                if rng.random() < 0.5:
                    words = one(rng, ("no", "no", "cancel", "back"))
                    yield from self.speak(words.split(), Meant(Action.NO))
                else:
                    yield from self._command(goal, ["no"] if rng.random() < 0.5 else [])
            case Kind.CHOOSE if goal.task in shown.candidates and rng.random() < 0.3:
                yield from self.touch(Action.TASK, goal.task)
            case _:
                last = self.stage.dialogue.last
                same = last is not None and last.task is goal.task and last.arguments == goal.arguments
                if same and rng.random() < 0.5:
                    yield from self.speak(["again"], Meant(Action.AGAIN))
                elif shown.kind is Kind.RESULT and rng.random() < 0.05:
                    yield from self.speak(["home"], Meant(Action.HOME))
                else:
                    yield from self._command(goal, [])

    def _command(self, goal: Pending, before: list[str]) -> Steps:
        rng = self.rng
        phrase = one(rng, goal.task.says).lower().replace("'", "").split()
        if rng.random() < 0.1 and len(phrase) > 2:
            phrase = [word for word in phrase if word not in ("the", "a")]
        said = with_arguments(phrase, self._given(goal), rng)
        said = [*((word, "") for word in before), *said]
        if rng.random() < 0.08:
            said = [*said, ("please", "")]
        yield from self.say(said, Meant(Action.TASK, goal.task))

    def _given(self, goal: Pending) -> list[tuple[Field, list[str]]]:
        """The arguments that are said at once: mostly all, sometimes the first of them or none."""
        some = [(a, list(goal.given[a.name])) for a in goal.task.args if a.name in goal.given]
        kind = self.rng.random()
        return some if kind < 0.6 else [] if kind < 0.85 else some[: int(self.rng.integers(len(some) + 1))]

    def _answer(self, goal: Pending, wanted: Field) -> Steps:
        words = goal.arguments[wanted.name]
        yield from self.say([(word, wanted.name) for word in words], Meant(Action.ANSWER))

    def _correct(self, goal: Pending, wrong: str) -> Steps:
        rng = self.rng
        if rng.random() < 0.2:
            yield from self.speak(["no"], Meant(Action.NO))
            return
        said: list[Said] = [("no", "")] if rng.random() < 0.6 else []
        yield from self.say([*said, *((word, wrong) for word in goal.arguments[wrong])], Meant(Action.ANSWER))

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
                words = one(rng, process.task.says).lower().split() if not alone or rng.random() < 0.4 else []
                yield from self.speak(["stop", *words], Meant(Action.STOP, process.task))
            self.turns += 1
            if any(isinstance(done.wish, Stop) for done in stage.done):
                break
        self.meant = NOTHING

    def _hush(self) -> Steps:
        self.stage.ring(content(self.rng))
        yield from self.stage.wait(1.0)
        for _ in range(3):
            words = one(self.rng, ("stop", "quiet", "okay", "thanks", "stop", "off"))
            yield from self.speak(words.split(), Meant(Action.HUSH))
            self.turns += 1
            if any(isinstance(done.wish, Hush) for done in self.stage.done):
                break
        self.meant = NOTHING
