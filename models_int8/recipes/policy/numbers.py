# SPDX-License-Identifier: Apache-2.0
"""Spoken and written numbers for training."""

from __future__ import annotations

from typing import Final

import numpy as np

_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def spoken_number(rng: np.random.Generator, *, decimal: bool) -> list[str]:
    """Return the words of a number below 1,000, small ones more often; with a place behind the point at times."""
    words: list[str] = []
    kind = rng.random()
    if kind > 0.85:
        words += [_ONES[rng.integers(1, 10)], "hundred"]
    if kind < 0.5 or (kind > 0.85 and rng.random() < 0.3):
        words.append(_ONES[rng.integers(1, 20)])
    elif kind <= 0.85 or rng.random() < 0.5:
        words.append(_TENS[rng.integers(8)])
        if rng.random() < 0.5:
            words.append(_ONES[rng.integers(1, 10)])
    if words[1:2] == ["hundred"] and len(words) > 2 and rng.random() < 0.4:
        words.insert(2, "and")
    if decimal and rng.random() < 0.2:
        words += ["point", *(_ONES[rng.integers(10)] for _ in range(1 if rng.random() < 0.7 else 2))]
    return words


def written_number(rng: np.random.Generator, *, decimal: bool) -> str:
    """Return the digits of a number below 10,000, small ones more often; with places behind the point at times."""
    digits = str(int(np.exp(rng.uniform(0.0, np.log(10_000)))))
    return f"{digits}.{rng.integers(10, 100)}" if decimal and rng.random() < 0.4 else digits
