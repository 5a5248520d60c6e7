# SPDX-License-Identifier: Apache-2.0
"""Spoken numbers for training."""

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
    if decimal and rng.random() < 0.2:
        words += ["point", _ONES[rng.integers(10)]]
    return words
