# SPDX-License-Identifier: Apache-2.0
"""Tasks of the bench's own that can be said in the words that are heard. Frozen, as the others are."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence, Set
from typing import Final

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.policy.units import UNITS

_THINGS: Final = ("light", "fan", "door", "heat", "timer", "alarm", "temperature", "power", "price", "time", "tax")
_DEEDS: Final = ("open", "close", "set", "start", "pause", "change", "lock", "convert", "share", "divide", "calculate")
_WAYS: Final = ("up", "down", "left", "right", "more", "less", "plus", "minus")
_PAIRS: Final = (("on", "off"), ("up", "down"), ("left", "right"), ("open", "close"), ("more", "less"))
_QUANTITIES: Final = ("s", "min", "%", "°C", "")
_FORMS: Final = (
    "{deed} {thing}",
    "{deed} the {thing}",
    "{thing} {way}",
    "{way} {thing}",
    "go {way}",
    "{deed} {way}",
    "what is the {thing}",
    "{thing}",
    "{way}",
    "{deed}",
)
_ARTICLE: Final = "the"
_MOST: Final = 12


def tasks(rng: random.Random, sayable: Set[str]) -> tuple[Task, ...]:
    """Return five to twelve tasks, fewer where fewer can be told apart: every word of theirs is `sayable`, but for
    articles.
    """
    parts = {"thing": _THINGS, "deed": _DEEDS, "way": _WAYS}
    known = {name: [word for word in words if word in sayable] for name, words in parts.items()}
    forms = [form for form in _FORMS if _can(form, known, sayable)]
    wanted, taken, found = rng.randint(5, _MOST), set[str](), list[Task]()
    for _ in range(200 if forms else 0):
        phrase = rng.choice(forms).format(**{name: rng.choice(words) for name, words in known.items() if words})
        # Articles aren't heard: two names that differ by them alone are one to the ear.
        heard = " ".join(word for word in phrase.split() if word != _ARTICLE)
        if heard not in taken:
            taken.add(heard)
            found.append(_task(rng, len(found), phrase, sayable))
        if len(found) == wanted:
            break
    return tuple(found)


def _can(form: str, known: Mapping[str, Sequence[str]], sayable: Set[str]) -> bool:
    """Whether there is a word for each of its blanks, and the others can be said."""
    words = form.split()
    blanks = [word[1:-1] for word in words if word[0] == "{"]
    return all(known[blank] for blank in blanks) and {w for w in words if w[0] != "{"} - {_ARTICLE} <= sayable


def numbers(sayable: Set[str]) -> tuple[str, ...]:
    """Return the number words below twenty that can be said."""
    names = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return tuple(name for name in (*names, "fifteen", "eighteen") if name in sayable)


def units(unit: str, sayable: Set[str]) -> tuple[str, ...]:
    """Return the words for a unit that can be said."""
    return tuple(word for word in UNITS.get(unit, ()) if word in sayable)


def _task(rng: random.Random, number: int, phrase: str, sayable: Set[str]) -> Task:
    arguments: list[Field] = []
    pairs = [pair for pair in _PAIRS if set(pair) <= sayable]
    for name in rng.sample(("amount", "setting", "level"), rng.choice((0, 0, 1, 1, 1, 2))):
        if name == "setting" and pairs:
            arguments.append(Field(name, "choice", choices=rng.choice(pairs)))
        elif name != "setting" and numbers(sayable):
            arguments.append(Field(name, rng.choice(("decimal", "u16")), unit=rng.choice(_QUANTITIES)))
    return Task(
        f"unseen.heard_{number}",
        number=number,
        kind=rng.choice(("call", "call", "call", "process")),
        says=(phrase,),
        args=tuple(arguments),
        privilege=rng.choice(("read", "operate", "operate")),
    )
