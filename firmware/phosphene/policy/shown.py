# SPDX-License-Identifier: Apache-2.0
"""What is on the screen: its kind, the task that is talked about with the words said so far, and what runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.policy.decision import Words
from phosphene.policy.number_words import KINDS, numeric
from phosphene.policy.units import unit_words
from phosphene.policy.unsaid import is_key, may_follow, unsaid

SURE: Final = 0.7
"""An argument with a word that was heard with less is shown before it is used, even to read something."""
_BOOLEAN: Final = ("yes", "no", "on", "off")


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
    """A task with the words that were said for its arguments so far.

    `sure` is how sure the least sure of an argument's words was, 0 … 1; one that is not in it was sure.
    """

    task: Task
    given: Mapping[str, Words] = field(default_factory=dict[str, Words])
    sure: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def missing(self) -> tuple[Field, ...]:
        """The arguments that nothing was said for, and nothing follows for; what may follow yet stands last."""
        known = self.arguments
        left = [argument for argument in self.task.args if argument.name not in known and not is_key(argument)]
        return tuple(sorted(left, key=lambda argument: may_follow(self.task, argument)))

    @property
    def arguments(self) -> dict[str, Words]:
        """What was said, and what follows from it, in the declared order."""
        known = {**unsaid(self.task, self.given), **self.given}
        return {argument.name: known[argument.name] for argument in self.task.args if argument.name in known}

    @property
    def doubtful(self) -> bool:
        """Whether a word that an argument was taken from was not heard well."""
        return any(self.sure.get(name, 1.0) < SURE for name in self.given)

    def without_doubt(self) -> Pending:
        """Return it without the arguments that were not heard well: they will be asked for."""
        sure = {name: words for name, words in self.given.items() if self.sure.get(name, 1.0) >= SURE}
        return replace(self, given=sure)

    def with_words(self, said: Mapping[str, Words], sure: Mapping[str, float] | None = None) -> Pending:
        """Return it with those of the arguments `said` that their kinds can be; a later word replaces an earlier."""
        sayable = [argument for argument in self.task.args if argument.name in said and not is_key(argument)]
        fitting = {a.name: said[a.name] for a in sayable if fits(a, said[a.name])}
        sureness = {name: (sure or {}).get(name, 1.0) for name in fitting}
        return replace(self, given={**self.given, **fitting}, sure={**self.sure, **sureness})


@dataclass(frozen=True, slots=True)
class Running:
    """A process of the board."""

    pid: int
    task: Task


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be seen. `on_screen_s` is None until the frame is on the screen.

    `offers` are the candidates with the words that were said for each, so that nothing is asked for twice.
    """

    kind: Kind
    since_s: float
    on_screen_s: float | None = None
    pending: Pending | None = None
    candidates: tuple[Task, ...] = ()
    offers: tuple[Pending, ...] = ()

    @property
    def wanted(self) -> Field | None:
        """The argument that is asked for."""
        return self.pending.missing[0] if self.kind is Kind.ASK and self.pending is not None else None


def choices_of(argument: Field) -> tuple[str, ...]:
    """Return the words that `argument` can be one of, none if it can be anything."""
    return _BOOLEAN if argument.kind == "bool" else argument.choices


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
