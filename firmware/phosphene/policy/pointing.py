# SPDX-License-Identifier: Apache-2.0
"""Lays the arguments of one task out against the heard words, and reads the pointer network's answer as spans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.perception.percepts import Word
from phosphene.policy.decision import Words
from phosphene.policy.dialogue import fits
from phosphene.policy.layout import COLUMNS, CONTROLS, FILLERS
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.number_words import KINDS, goes_on, number_like
from phosphene.policy.units import EVERY, unit_words

Array = NDArray[np.float32]
ARGUMENTS: Final = 4
POINT: Final = 20


def arguments_of(task: Task, wanted: Field | None = None) -> tuple[Field, ...]:
    """Return the arguments that are pointed at: the one that is asked for first, then in the declared order."""
    if wanted is None:
        return task.args[:ARGUMENTS]
    return (wanted, *(argument for argument in task.args if argument.name != wanted.name))[:ARGUMENTS]


def lay_out_arguments(
    lexicon: Lexicon, heard: tuple[Word, ...], task: Task, wanted: Field | None, given: Mapping[str, Words]
) -> Array:
    """Return float32 [ARGUMENTS, COLUMNS, POINT], 0 … 1: features of arguments × words. `task` is in the lexicon."""
    out = np.zeros((ARGUMENTS, COLUMNS, POINT), np.float32)
    phrase = _of_phrases(lexicon, heard, task)
    numbers = [_numeric(word) for word in heard]
    texts = [word.text.lower() for word in heard]
    starts = [
        number and (place == 0 or not numbers[place - 1] or not goes_on(texts[place - 1], texts[place]))
        for place, number in enumerate(numbers)
    ]
    run = np.cumsum(starts)
    arguments = arguments_of(task, wanted)
    before = 0  # arguments that are numbers and stand before this one
    for row, argument in zip(out, arguments, strict=False):
        is_number = argument.kind in KINDS
        units, choices = unit_words(argument.unit), {choice.lower() for choice in argument.choices}
        name = set(argument.name.split("_"))
        for place, word in enumerate(heard):
            text = word.text.lower()
            said = {text, *(other for other, share in word.others if share > 0.1)}
            row[place] = (
                1.0,
                word.confidence,
                numbers[place],
                numbers[place] and is_number,
                starts[place] and is_number,
                numbers[place] and is_number and run[place] == before + 1,
                is_number and text in units,
                text in EVERY,
                bool(said & choices),
                argument.kind == "choice",
                argument.kind == "text",
                argument.kind == "bool",
                argument is wanted,
                argument.name in given,
                phrase[place],
                text in FILLERS,
                text in name,
                text in CONTROLS,
                place / COLUMNS,
                text in lexicon.number,
            )
        before += is_number
    return out


def spans(
    logits: Array, heard: tuple[Word, ...], task: Task, wanted: Field | None = None
) -> dict[str, tuple[int, int]]:
    """Return the first word and the one behind the last of each argument that is pointed at.

    `logits` is [ARGUMENTS, COLUMNS, 2]: that a span begins here, and that it ends here. None is pointed at where no
    beginning is more likely than not.
    """
    found: dict[str, tuple[int, int]] = {}
    count = len(heard)
    for row, argument in zip(logits, arguments_of(task, wanted), strict=False):
        if not count or row[:count, 0].max() <= 0.0:
            continue
        start = int(row[:count, 0].argmax())
        end = start + int(row[start:count, 1].argmax())
        found[argument.name] = (start, end + 1)
    return found


def copied(pointed: Mapping[str, tuple[int, int]], heard: tuple[Word, ...], task: Task) -> dict[str, Words]:
    """Return the pointed words by argument; where they don't fit its kind, another reading of them that does.

    What fits no way is left out: it will be asked for.
    """
    arguments = {argument.name: argument for argument in task.args}
    out: dict[str, Words] = {}
    for name, (start, end) in pointed.items():
        said = tuple(word.text.lower() for word in heard[start:end])
        readings = [said]
        for place, word in enumerate(heard[start:end]):
            readings += [(*said[:place], other.lower(), *said[place + 1 :]) for other, _ in word.others]
        fitting = next((reading for reading in readings if fits(arguments[name], reading)), None)
        if fitting is not None:
            out[name] = fitting
    return out


def _numeric(word: Word) -> bool:
    return number_like(word.text) or any(number_like(text) for text, share in word.others if share > 0.25)


def _of_phrases(lexicon: Lexicon, heard: tuple[Word, ...], task: Task) -> Array:
    """[W]: how much each word is one of the task's own phrases."""
    place = next((place for place, known in enumerate(lexicon.tasks) if known.name == task.name), None)
    if place is None or not heard:
        return np.zeros(len(heard), np.float32)
    rows = lexicon.phrases[lexicon.phrase_task == place]
    return np.stack([lexicon.with_others(word)[rows].max() for word in heard])
