# SPDX-License-Identifier: Apache-2.0
"""One question to an exact task, and how its answer is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from fractions import Fraction
from random import Random
from typing import Any

Answer = Mapping[str, Any]
Judge = Callable[[Answer], bool]
ROUNDINGS = {
    "half_even": ROUND_HALF_EVEN,
    "half_up": ROUND_HALF_UP,
    "half_down": ROUND_HALF_DOWN,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
    "ceiling": ROUND_CEILING,
    "floor": ROUND_FLOOR,
}
WIDE = Context(prec=3000)
"""Decimals of these cases are exact in it, or so long that no rounding hides behind their end."""


@dataclass(frozen=True)
class Case:
    """A call, and what its answer must be; without `right` the task must refuse it."""

    task: str
    arguments: dict[str, object]
    right: Judge | None


Maker = Callable[[Random], Case]


def written(value: object) -> object:
    """A value as it is compared: of a decimal its places count too, and zero has no sign."""
    if isinstance(value, Decimal):
        return format(value if value else abs(value), "f")
    return value


def equal(**truth: object) -> Judge:
    """The judge that wants exactly these results."""
    wanted = {name: written(value) for name, value in truth.items()}
    return lambda answer: {name: written(value) for name, value in answer.items()} == wanted


def to_places(value: Fraction, places: int) -> Decimal:
    """A fraction to so many places, halves to even, as Python's `round` has it."""
    return Decimal(round(value * 10**places)).scaleb(-places, WIDE)


def valued(value: Fraction, places: int) -> Judge:
    """The judge of the usual pair: the value to so many places, and whether that is exact."""
    rounded = to_places(value, places)
    return equal(value=rounded, exact=Fraction(rounded) == value)


def decimal(rng: Random, digits: int = 18, places: int = 9, *, signed: bool = True) -> str:
    """A decimal text of up to so many digits: short and round ones as often as long ones."""
    scale = rng.randint(0, places)
    value = rng.randrange(10 ** rng.randint(1, digits))
    if rng.random() < 0.1:
        value = rng.choice([0, 1, 5, 10, 25, 50])
    text = f"{value // 10**scale}" + (f".{value % 10**scale:0{scale}}" if scale else "")
    return f"-{text}" if signed and value and rng.random() < 0.4 else text
