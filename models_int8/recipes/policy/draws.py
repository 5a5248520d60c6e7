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


def value(rng: np.random.Generator, argument: Field, *, typing: bool) -> Words:
    """Return the words for an argument. Who types writes digits more often than not."""
    if argument.kind in KINDS:
        return _quantity(rng, argument, typing=typing)
    if argument.kind == "choice":
        return tuple(one(rng, argument.choices).lower().split())
    if argument.kind == "bool":
        return (one(rng, ("yes", "no", "on", "off")),)
    return _text(rng, typing=typing)


def _quantity(rng: np.random.Generator, argument: Field, *, typing: bool) -> Words:
    decimal = argument.kind == "decimal"
    digits = typing and rng.random() < 0.7
    number = [written_number(rng, decimal=decimal)] if digits else spoken_number(rng, decimal=decimal)
    units = UNITS.get(argument.unit, ())
    return (*number, one(rng, units)) if units and rng.random() < 0.7 else tuple(number)


def _text(rng: np.random.Generator, *, typing: bool) -> Words:
    """Mostly a name; at times a date, a sum or a list, which only the board can read."""
    kind = rng.random()
    if kind < 0.75:
        return tuple(content(rng) for _ in range(1 + int(rng.random() < 0.15)))
    if kind < 0.85 and typing:
        parts = [written_number(rng, decimal=True) for _ in range(int(rng.integers(2, 4)))]
        sign = one(rng, ("+", "-", "*", "/", ""))
        return tuple(part for number in parts for part in (sign, number) if part)[1 if sign else 0 :]
    if kind < 0.9 and typing:
        return (f"20{rng.integers(10, 60)}-{rng.integers(1, 13):02}-{rng.integers(1, 29):02}",)
    number = spoken_number(rng, decimal=False)
    return (content(rng), *number) if rng.random() < 0.5 else (*number, content(rng))
