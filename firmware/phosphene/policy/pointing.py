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
from phosphene.policy.dialogue import Pending
from phosphene.policy.everyday import CONTROLS, FILLERS
from phosphene.policy.layout import COLUMNS
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.number_words import KINDS, goes_on, number_like
from phosphene.policy.readings import most
from phosphene.policy.spelling import alike, sound
from phosphene.policy.units import EVERY, unit_words
from phosphene.policy.unsaid import is_key, may_follow

Array = NDArray[np.float32]
ARGUMENTS: Final = 5
_LIKELY: Final = 0.3
"""A reading with less, beside the first, is none to count with."""
POINT: Final = 25


def arguments_of(task: Task, wanted: Field | None = None) -> tuple[Field, ...]:
    """Return the arguments that are pointed at: the one that is asked for first, then in the declared order."""
    sayable = tuple(argument for argument in task.args if not is_key(argument))
    if wanted is None:
        return sayable[:ARGUMENTS]
    return (wanted, *(argument for argument in sayable if argument.name != wanted.name))[:ARGUMENTS]


def lay_out_arguments(
    lexicon: Lexicon, heard: tuple[Word, ...], task: Task, wanted: Field | None, pending: Pending
) -> Array:
    """Return float32 [ARGUMENTS, COLUMNS, POINT], 0 … 1: features of arguments × words. `task` is in the lexicon.

    `pending` is what was said for them before.
    """
    out = np.zeros((ARGUMENTS, COLUMNS, POINT), np.float32)
    given, sure = pending.given, pending.sure
    phrase = _of_phrases(lexicon, heard, task)
    numbers = [most(word, number_like) for word in heard]
    texts = [word.text.lower() for word in heard]
    starts = [
        number > _LIKELY
        and (place == 0 or numbers[place - 1] <= _LIKELY or not goes_on(texts[place - 1], texts[place]))
        for place, number in enumerate(numbers)
    ]
    run = np.cumsum(starts)
    arguments = arguments_of(task, wanted)
    near = _alike_to_given(arguments, pending.given, texts)
    before = 0  # arguments that are numbers and stand before this one
    for row, argument, like in zip(out, arguments, near, strict=False):
        is_number = argument.kind in KINDS
        units, choices = unit_words(argument.unit), {choice.lower() for choice in argument.choices}
        name = set(argument.name.split("_"))
        already = given.get(argument.name, ())
        follows = may_follow(task, argument)
        for place, (word, text) in enumerate(zip(heard, texts, strict=True)):
            row[place] = (
                1.0,
                word.confidence,
                numbers[place],
                numbers[place] * is_number,
                starts[place] and is_number,
                is_number and run[place] == before + 1 and numbers[place],
                is_number * most(word, units.__contains__),
                text in EVERY,
                most(word, choices.__contains__),
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
                text in already,
                like[place],
                1.0 - sure.get(argument.name, 1.0),
                like[place] > 0.0 and like[place] >= near[:, place].max(),
                follows,
            )
        before += is_number and not follows
    return out


def spans(
    logits: Array, heard: tuple[Word, ...], task: Task, wanted: Field | None = None
) -> dict[str, tuple[int, int]]:
    """Return the first word and the one behind the last of each argument that is pointed at.

    `logits` is [ARGUMENTS, COLUMNS, 2]: that a span begins here, and that it ends here. None is pointed at where no
    beginning is more likely than not, and no word is pointed at twice.
    """
    arguments, count = arguments_of(task, wanted), len(heard)
    begins = logits[: len(arguments), :count, 0].copy()
    ends = logits[: len(arguments), :count, 1]
    found: dict[str, tuple[int, int]] = {}
    # The surest first: a word belongs to one argument only.
    while begins.size and begins.max() > 0.0:
        row, start = (int(place) for place in np.unravel_index(begins.argmax(), begins.shape))
        taken = [first for first, _ in found.values() if first > start]
        end = start + int(ends[row, start : min(taken, default=count)].argmax()) + 1
        found[arguments[row].name] = (start, end)
        begins[row] = begins[:, start:end] = -np.inf
    return found


def _alike_to_given(arguments: tuple[Field, ...], given: Mapping[str, Words], texts: list[str]) -> Array:
    """[arguments, W]: how much each word sounds like one that was given for each argument; 0 where none was."""
    near = np.zeros((len(arguments), len(texts)), np.float32)
    for row, argument in zip(near, arguments, strict=True):
        already = given.get(argument.name, ())
        if already:
            sounds = np.stack([sound(text) for text in already])
            row[:] = [alike(text, sounds).max() for text in texts]
    return near


def _of_phrases(lexicon: Lexicon, heard: tuple[Word, ...], task: Task) -> Array:
    """[W]: how much each word is one of the task's own phrases."""
    place = next((place for place, known in enumerate(lexicon.tasks) if known.name == task.name), None)
    if place is None or not heard:
        return np.zeros(len(heard), np.float32)
    rows = lexicon.phrases[lexicon.phrase_task == place]
    return np.stack([lexicon.with_others(word)[rows].max() for word in heard])
