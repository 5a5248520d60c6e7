# SPDX-License-Identifier: Apache-2.0
"""Which words of a typed line are which arguments of a task: by the declared kinds, in the declared order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from phosphene.errors import LineError
from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.policy.number_words import KINDS
from phosphene.policy.unsaid import unsaid
from phosphene.prove.values import SIGNS

_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_WITH_UNIT: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)([^\W\d_]+|%|°)", re.UNICODE)
_FILLERS: Final = frozenset({"a", "an", "and", "at", "for", "from", "in", "into", "is", "named", "of", "the", "to"})


@dataclass(frozen=True, slots=True)
class Typed:
    """An argument as it was typed: a text, and for a number the unit that was said with it, if any."""

    text: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.unit}" if self.unit else self.text


def fill(task: Task, words: Sequence[str]) -> dict[str, Typed] | None:
    """Return the best reading of `words` as arguments of `task`, by name; None if some word has no place.

    Best is: little is missing, then most numbers are numbers, places aside, then most arguments were typed, then the
    earlier arguments have the longer texts.
    """
    best: dict[str, Typed] | None = None
    goodness = (0, 0, 0)
    for given in _readings(task.args, tuple(apart(words))):
        follows = unsaid(task, {name: tuple(str(typed).split()) for name, typed in given.items()})
        missing = sum(field.name not in given and field.name not in follows for field in task.args)
        numbers = sum(field.kind in KINDS and field.name != "places" for field in task.args if field.name in given)
        its = (-missing, numbers, len(given))
        if best is None or its > goodness:
            best, goodness = given, its
    return best


def apart(words: Sequence[str]) -> Iterator[str]:
    """Take a number and the unit that is written on to it apart: ``35ml``."""
    for word in words:
        found = _WITH_UNIT.fullmatch(word)
        yield from found.groups() if found else (word,)


def _readings(fields: Sequence[Field], words: Sequence[str]) -> Iterator[dict[str, Typed]]:
    """Yield each way to give the words to the fields in their order; fillers before and after may be left over."""
    if all(word.lower() in _FILLERS for word in words):
        yield {}
    # Choose the next field that takes words, then the fillers before them: each reading is found once.
    for at, field in enumerate(fields):
        for start, word in enumerate(words):
            for typed, taken in _takes(field, words[start:]):
                for more in _readings(fields[at + 1 :], words[start + taken :]):
                    yield {field.name: typed} | more
            if word.lower() not in _FILLERS:
                break


def _takes(field: Field, words: Sequence[str]) -> Iterator[tuple[Typed, int]]:
    """What the field may take of the first words, and how many they are."""
    if not words:
        return
    if field.kind in KINDS:
        if _NUMBER.fullmatch(words[0]):
            if field.unit and len(words) > 1 and not _NUMBER.fullmatch(words[1]):
                yield Typed(words[0], words[1]), 2
            if _fits(field, words[0]):
                yield Typed(words[0]), 1
    elif field.kind == "text":
        for count in range(len(words), 0, -1):
            text = " ".join(words[:count])
            if not _FILLERS & {words[0].lower(), words[count - 1].lower()} and _fits(field, text):
                yield Typed(text), count
    else:
        said = words[0] if words[0] in field.choices else SIGNS.get(words[0].lower(), words[0])
        if _fits(field, said):
            yield Typed(said), 1


def _fits(field: Field, text: str) -> bool:
    try:
        field.read(text, "")
    except LineError:
        return False
    return True
