# SPDX-License-Identifier: Apache-2.0
"""A new random dictionary for every session; now and then the firmware's own."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.schema import Field
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.number_words import KINDS
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.places import coprocessor
from recipes.policy.words import LITTLE, content, several

_UNITS: Final = ("s", "s", "min", "ms", "h", "ml", "l", "°C", "%", "g", "kg", "mm", "cm", "V", "Hz", "°", "", "", "")
_OWN: Final = 0.15
_CONTROL_VERBS: Final = ("stop", "cancel", "pause", "go", "more", "back")
"""Names may begin like what is said to any device: "stop ringing"."""
_FOLLOWING: Final = 0.12
"""The share of tasks with numbers that have an argument of those that people leave unsaid."""
_SHARED: Final = 0.12
"""The share of names that two tasks have in common."""


@lru_cache
def own() -> Lexicon:
    """Return the lexicon of the firmware's own tasks that people can name."""
    return Lexicon(Dictionary.parse(build_dictionary(coprocessor())[0]).tasks)


def draw(rng: np.random.Generator) -> Lexicon:
    """Return the lexicon of 5 to 60 random tasks, or the firmware's own."""
    if rng.random() < _OWN:
        return own()
    count = int(np.exp(rng.uniform(np.log(5), np.log(61))))
    verbs, nouns = several(rng, int(rng.integers(3, 12))), several(rng, 4 + int(count * rng.uniform(0.3, 1.2)))
    if rng.random() < 0.3:
        verbs.append(_one(rng, _CONTROL_VERBS))
    taken: set[str] = set()
    tasks: list[Task] = []
    for number in range(count):
        says: list[str] = []
        for _ in range(1 if rng.random() < 0.6 else 2):
            phrase = _phrase(rng, verbs, nouns)
            if phrase not in taken or rng.random() < _SHARED:
                taken.add(phrase)
                says.append(phrase)
        if says:
            tasks.append(_task(rng, number, tuple(says), nouns))
    return Lexicon(tasks)


def _one(rng: np.random.Generator, words: list[str] | tuple[str, ...]) -> str:
    return words[int(rng.integers(len(words)))]


def _phrase(rng: np.random.Generator, verbs: list[str], nouns: list[str]) -> str:
    verb, noun, other, little = _one(rng, verbs), _one(rng, nouns), _one(rng, nouns), _one(rng, LITTLE)
    forms = (
        noun,
        verb,
        f"{verb} {noun}",
        f"{verb} the {noun}",
        f"{verb} a {noun}",
        f"{noun} {verb}",
        f"{noun} {other}",
        f"{verb} the {noun} {other}",
        f"what is the {noun}",
        f"how {noun} is it",
        f"{noun} {little}",
        f"{verb} {little} {noun}",
    )
    return forms[int(rng.choice(len(forms), p=np.array([2, 1, 4, 4, 2, 1, 2, 1, 2, 1, 1, 1]) / 22))]


def _task(rng: np.random.Generator, number: int, says: tuple[str, ...], nouns: list[str]) -> Task:
    arguments: list[Field] = []
    for place in range(int(rng.choice(6, p=(0.24, 0.32, 0.23, 0.12, 0.06, 0.03)))):
        kind = rng.random()
        name = f"{_letters(content(rng))}_{place}"
        if kind < 0.6:
            arguments.append(Field(name, "decimal" if rng.random() < 0.5 else "u16", unit=_one(rng, _UNITS)))
        elif kind < 0.8:
            choices = several(rng, int(rng.integers(2, 5))) if rng.random() < 0.6 else ["on", "off"]
            arguments.append(Field(name, "choice", choices=tuple(choices)))
        elif kind < 0.84:
            arguments.append(Field(name, "bool"))
        else:
            arguments.append(Field(name, "text"))
    if any(argument.kind in KINDS for argument in arguments) and rng.random() < _FOLLOWING:
        follows = Field("places", "u8") if rng.random() < 0.6 else Field("name", "text")
        arguments.insert(int(rng.integers(len(arguments) + 1)), follows)
    return Task(
        f"{_letters(_one(rng, nouns))}.t{number}",
        number=number,
        kind="process" if rng.random() < 0.25 else "call",
        says=says,
        args=tuple(arguments),
        privilege="read" if rng.random() < 0.4 else "operate",
    )


def _letters(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isascii() and letter.isalpha()) or "x"
