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

_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_WITH_UNIT: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)([^\W\d_]+|%|°)", re.UNICODE)
NUMBERS: Final = frozenset({"u8", "u16", "u32", "u64", "i32", "i64", "int", "decimal"})
_FILLERS: Final = frozenset({"a", "an", "and", "at", "for", "from", "in", "into", "is", "named", "of", "the", "to"})
_SAME: Final = {
    "×": "*",
    "x": "*",
    "times": "*",
    "÷": "/",
    "over": "/",
    "plus": "+",
    "minus": "-",
    "−": "-",
    "per": "/",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """An argument as it was typed: a text, and for a number the unit that was said with it, if any."""

    text: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.unit}" if self.unit else self.text


@dataclass(frozen=True, slots=True)
class Filled:
    """A task with what was typed for it. `missing` are the arguments that nothing was typed for."""

    task: Task
    given: dict[str, Typed]
    missing: tuple[Field, ...]

    @property
    def numbers(self) -> int:
        """How many numbers were taken for numbers, places aside: the measure of a good reading."""
        return sum(
            field.kind in NUMBERS for field in self.task.args if field.name in self.given and field.name != "places"
        )


def fill(task: Task, words: Sequence[str]) -> Filled | None:
    """Return the best reading of `words` as arguments of `task`, None if some word has no place.

    Best is: little is missing, then most numbers are numbers, then most arguments were typed, then the earlier
    arguments have the longer texts.
    """
    best: Filled | None = None
    goodness = (0, 0, 0)
    for given in _readings(task.args, tuple(apart(words))):
        missing = tuple(field for field in task.args if field.name not in given)
        reading = completed(Filled(task, given, missing))
        its = (-len(reading.missing), reading.numbers, len(given))
        if best is None or its > goodness:
            best, goodness = reading, its
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
    if field.kind in NUMBERS:
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
        said = words[0] if words[0] in field.choices else _SAME.get(words[0].lower(), words[0])
        if _fits(field, said):
            yield Typed(said), 1


def _fits(field: Field, text: str) -> bool:
    try:
        field.read(text, "")
    except LineError:
        return False
    return True


def nothing_said(task: Task) -> Filled:
    """Return the task with nothing typed for it."""
    return Filled(task, {}, task.args)


def answered(asked: Filled, line: str) -> Filled | None:
    """Return what was asked about with `line` as its first missing argument, None if the line is no answer."""
    wanted = asked.missing[0]
    words = [line.strip()] if wanted.kind == "text" else list(apart(line.split()))
    for typed, taken in _takes(wanted, words):
        if taken == len(words):
            return completed(Filled(asked.task, asked.given | {wanted.name: typed}, asked.missing[1:]))
    return None


def completed(reading: Filled) -> Filled:
    """Fill in what people leave unsaid: decimal places as many as they wrote, two at least; a name from what it
    names, as in "timer 3 minutes"."""
    given = dict(reading.given)
    still: list[Field] = []
    for field in reading.missing:
        said = [typed for name, typed in given.items() if _NUMBER.fullmatch(typed.text) and name != "places"]
        if field.name == "places" and field.kind == "u8" and said:
            written = max(len(typed.text.partition(".")[2]) for typed in said)
            given[field.name] = Typed(str(min(max(written, 2), field.max or 32)))
        elif field.name == "places" and field.kind == "u8" and len(reading.missing) == 1:
            given[field.name] = Typed("2")
        elif field.name == "name" and field.kind == "text" and said and _fits(field, str(said[0])):
            given[field.name] = Typed(str(said[0]))
        else:
            still.append(field)
    return Filled(reading.task, given, tuple(still))
