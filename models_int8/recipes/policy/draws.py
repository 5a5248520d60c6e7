# SPDX-License-Identifier: Apache-2.0
"""What people say for an argument, drawn at random."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from phosphene.line.schema import Field
from phosphene.policy.decision import Words
from phosphene.policy.number_words import KINDS
from phosphene.policy.units import UNITS
from recipes.policy.numbers import spoken_number, written_number
from recipes.policy.words import content

T = TypeVar("T")


def one(rng: np.random.Generator, options: Sequence[T]) -> T:
    """Return one of the options."""
    return options[int(rng.integers(len(options)))]


def value(rng: np.random.Generator, argument: Field, names: Sequence[str], *, typing: bool) -> Words:
    """Return the words for an argument; who types writes digits more often than not. `names` are the tasks' words."""
    if argument.kind in KINDS:
        return _quantity(rng, argument, typing=typing)
    if argument.kind == "choice":
        return tuple(one(rng, argument.choices).lower().split())
    if argument.kind == "bool":
        return (one(rng, ("yes", "no", "on", "off")),)
    return _text(rng, names, typing=typing)


def _quantity(rng: np.random.Generator, argument: Field, *, typing: bool) -> Words:
    decimal = argument.kind == "decimal"
    digits = typing and rng.random() < 0.7
    number = [written_number(rng, decimal=decimal)] if digits else spoken_number(rng, decimal=decimal)
    units = UNITS.get(argument.unit, ())
    return (*number, one(rng, units)) if units and rng.random() < 0.7 else tuple(number)


def _text(rng: np.random.Generator, names: Sequence[str], *, typing: bool) -> Words:
    """Mostly a name; at times a date, a sum or a list, which only the board can read."""
    kind = rng.random()
    if kind < 0.06:
        return (one(rng, names),)
    if kind < 0.72:
        return tuple(content(rng) for _ in range(1 + int(rng.random() < 0.15)))
    if kind < 0.86 and typing:
        return _sum(rng)
    if kind < 0.9 and typing:
        return (f"20{rng.integers(10, 60)}-{rng.integers(1, 13):02}-{rng.integers(1, 29):02}",)
    number = spoken_number(rng, decimal=False)
    return (content(rng), *number) if rng.random() < 0.5 else (*number, content(rng))


def _sum(rng: np.random.Generator) -> Words:
    """A sum as it is typed, or a list of amounts: "12.50 + 3", "(3+4)*2", "12.50 3.20"."""
    words = [written_number(rng, decimal=True)]
    listed = rng.random() < 0.25
    for _ in range(int(rng.integers(1, 4))):
        words += [] if listed else [one(rng, "+-*/")]
        words.append(written_number(rng, decimal=True))
    if len(words) > 4 and not listed and rng.random() < 0.5:
        words[0], words[2] = f"({words[0]}", f"{words[2]})"
    if not listed and rng.random() < 0.3:
        return ("".join(words),)
    return tuple(words)
