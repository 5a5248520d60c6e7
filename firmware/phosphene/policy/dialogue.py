# SPDX-License-Identifier: Apache-2.0
"""What is shown, what is pending and what runs: how decisions change it. Pure, for device, training and bench alike.

It knows no words and guesses nothing: an argument that is missing is asked for, an effect is shown before it is done,
and done only when `consent` has nothing against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeAlias

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.policy.consent import Attention, Confirmation, Yes, objection
from phosphene.policy.decision import Action, Decision, Words
from phosphene.policy.number_words import KINDS, numeric
from phosphene.policy.units import unit_words

_BOOLEAN: Final = frozenset({"yes", "no", "on", "off"})
_MOST_CANDIDATES: Final = 3


class Kind(StrEnum):
    """What a screen is for. The order is that of the network's input."""

    HOME = "home"
    ASK = "ask"
    CONFIRM = "confirm"
    CHOOSE = "choose"
    WORKING = "working"
    RESULT = "result"
    REFUSED = "refused"
    ALARM = "alarm"
    PUZZLED = "puzzled"


@dataclass(frozen=True, slots=True)
class Pending:
    """A task with the words that were said for its arguments so far."""

    task: Task
    given: Mapping[str, Words] = field(default_factory=dict[str, Words])

    @property
    def missing(self) -> tuple[Field, ...]:
        """The arguments that nothing was said for."""
        return tuple(argument for argument in self.task.args if argument.name not in self.given)

    def with_words(self, said: Mapping[str, Words]) -> Pending:
        """Return it with those of the arguments `said` that their kinds can be; a later word replaces an earlier."""
        fitting = {a.name: said[a.name] for a in self.task.args if a.name in said and fits(a, said[a.name])}
        return replace(self, given={**self.given, **fitting})


@dataclass(frozen=True, slots=True)
class Running:
    """A process of the board."""

    pid: int
    task: Task


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be seen. `on_screen_s` is None until the frame is on the screen."""

    kind: Kind
    since_s: float
    on_screen_s: float | None = None
    pending: Pending | None = None
    candidates: tuple[Task, ...] = ()

    @property
    def wanted(self) -> Field | None:
        """The argument that is asked for."""
        return self.pending.missing[0] if self.kind is Kind.ASK and self.pending is not None else None


@dataclass(frozen=True, slots=True)
class Call:
    """A task to be called, with words as arguments."""

    pending: Pending


@dataclass(frozen=True, slots=True)
class Stop:
    """A process to be aborted."""

    process: Running


@dataclass(frozen=True, slots=True)
class Hush:
    """What rings is to be silent."""

    name: str


Wish: TypeAlias = Call | Stop | Hush


@dataclass(frozen=True, slots=True)
class Dialogue:
    """All that is between the device and its user. Words that began before `heeded_s` are done with.

    `refused_yes` is why the last yes did not count, empty if it did.
    """

    shown: Shown
    running: tuple[Running, ...] = ()
    ringing: str = ""
    last: Pending | None = None
    heeded_s: float = 0.0
    refused_yes: str = ""

    @property
    def pending(self) -> Pending | None:
        """The task that is being talked about."""
        return self.shown.pending if self.shown.kind in (Kind.ASK, Kind.CONFIRM) else None


def begin(now_s: float) -> Dialogue:
    """Return the dialogue of a device that was just switched on."""
    return Dialogue(Shown(Kind.HOME, now_s, now_s))


def fits(argument: Field, words: Words) -> bool:
    """Return whether `words` can be the argument, as far as that is seen without turning them into a value."""
    said = " ".join(words).lower()
    if argument.kind in KINDS:
        units = unit_words(argument.unit)
        count = next((place for place, word in enumerate(words) if word in units), len(words))
        return numeric(words[:count]) and len(words) - count <= 1
    if argument.kind == "choice":
        return said in {choice.lower() for choice in argument.choices}
    if argument.kind == "bool":
        return said in _BOOLEAN
    return bool(said) and argument.kind == "text"


def after(
    dialogue: Dialogue, decision: Decision, now_s: float, yes: Yes | None = None, attention: Attention | None = None
) -> tuple[Dialogue, Wish | None]:
    """Return what is shown after `decision`, and what the board is to do, if anything.

    `yes` and `attention` are what consent is judged by; without them there is no effect.
    """
    if decision.action is Action.WAIT:
        return dialogue, None
    dialogue = replace(dialogue, heeded_s=now_s, refused_yes="")
    match decision.action:
        case Action.TASK if decision.task is not None:
            return _towards(dialogue, Pending(decision.task).with_words(decision.arguments), now_s)
        case Action.ANSWER if dialogue.pending is not None:
            return _towards(dialogue, dialogue.pending.with_words(decision.arguments), now_s)
        case Action.AGAIN if dialogue.last is not None:
            return _towards(dialogue, dialogue.last, now_s)
        case Action.YES if dialogue.shown.kind is Kind.CONFIRM and dialogue.pending is not None:
            return _agreed(dialogue, dialogue.pending, now_s, yes, attention)
        case Action.STOP:
            process = next((p for p in reversed(dialogue.running) if decision.task in (None, p.task)), None)
            return dialogue, None if process is None else Stop(process)
        case Action.HUSH if dialogue.ringing:
            return _show(replace(dialogue, ringing=""), Kind.HOME, now_s), Hush(dialogue.ringing)
        case Action.UNSURE if decision.runners_up:
            candidates = tuple(task for task, _ in decision.runners_up[:_MOST_CANDIDATES])
            return _show(dialogue, Kind.CHOOSE, now_s, candidates=candidates), None
        case Action.NO | Action.HOME:
            return _show(dialogue, Kind.HOME, now_s), None
        case Action.NOT_UNDERSTOOD if dialogue.shown.kind in (Kind.HOME, Kind.RESULT, Kind.REFUSED):
            return _show(dialogue, Kind.PUZZLED, now_s), None
        case _:  # it means nothing here: what is shown stays
            return dialogue, None


def put_up(dialogue: Dialogue, now_s: float) -> Dialogue:
    """What is shown is on the screen now."""
    if dialogue.shown.on_screen_s is not None:
        return dialogue
    return replace(dialogue, shown=replace(dialogue.shown, on_screen_s=now_s))


def told(dialogue: Dialogue, now_s: float, *, refused: bool = False, started: Running | None = None) -> Dialogue:
    """The board answered: with results, a refusal, or a process that runs from now on."""
    if started is not None:
        dialogue = replace(dialogue, running=(*dialogue.running, started))
        return _show(dialogue, Kind.WORKING, now_s, pending=dialogue.shown.pending)
    return _show(dialogue, Kind.REFUSED if refused else Kind.RESULT, now_s, pending=dialogue.shown.pending)


def ended(dialogue: Dialogue, pid: int, now_s: float) -> Dialogue:
    """A process ended; its screen makes way, another stays."""
    running = tuple(process for process in dialogue.running if process.pid != pid)
    dialogue = replace(dialogue, running=running)
    return _show(dialogue, Kind.RESULT, now_s) if dialogue.shown.kind is Kind.WORKING else dialogue


def rings(dialogue: Dialogue, name: str, now_s: float) -> Dialogue:
    """An alarm begins, before everything else."""
    return _show(replace(dialogue, ringing=name), Kind.ALARM, now_s)


def _show(
    dialogue: Dialogue, kind: Kind, now_s: float, *, pending: Pending | None = None, candidates: tuple[Task, ...] = ()
) -> Dialogue:
    return replace(dialogue, shown=Shown(kind, now_s, None, pending, candidates))


def _towards(dialogue: Dialogue, pending: Pending, now_s: float) -> tuple[Dialogue, Wish | None]:
    """Ask for what is missing; then for a yes, if it has an effect; then do it."""
    if pending.missing:
        return _show(dialogue, Kind.ASK, now_s, pending=pending), None
    if pending.task.privilege != "read":
        return _show(dialogue, Kind.CONFIRM, now_s, pending=pending), None
    return _doing(dialogue, pending, now_s)


def _agreed(
    dialogue: Dialogue, pending: Pending, now_s: float, yes: Yes | None, attention: Attention | None
) -> tuple[Dialogue, Wish | None]:
    shown = dialogue.shown.on_screen_s
    confirmation = None if shown is None else Confirmation(pending.task.name, dict(pending.given), shown)
    against = objection(pending.task, pending.given, confirmation, yes, attention, now_s)
    return (replace(dialogue, refused_yes=against), None) if against else _doing(dialogue, pending, now_s)


def _doing(dialogue: Dialogue, pending: Pending, now_s: float) -> tuple[Dialogue, Wish | None]:
    return replace(_show(dialogue, Kind.WORKING, now_s, pending=pending), last=pending), Call(pending)
