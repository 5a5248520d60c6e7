# SPDX-License-Identifier: Apache-2.0
"""Which words can be part of a spoken number. What the number is, the board says (`spoken.number`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

KINDS: Final = frozenset({"u8", "u16", "u32", "u64", "i32", "i64", "int", "decimal"})
"""The kinds of arguments that are numbers."""
WORDS: Final = frozenset(
    (
        *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
        *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty"),
        *("forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "point", "minus"),
    )
)
_DIGITS: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


_ONES: Final = frozenset(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))
_JOINS: Final = frozenset(
    ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "point", "minus", "thousand")
)


def goes_on(before: str, word: str) -> bool:
    """Return whether `word` may go on with the number that `before` is part of: "twenty five", but not "five twenty".

    Behind a point digits follow digits, which this takes for a new number each; a longer reading is the pointer's.
    """
    if word in ("hundred", "thousand", "point"):
        return True
    if before == "hundred" or before in ("point", "minus", "thousand"):
        return True
    return before in _JOINS and word in _ONES


def number_like(word: str) -> bool:
    """Return whether `word` can be part of a number: a number word, two with a hyphen, or digits."""
    low = word.lower()
    return low in WORDS or bool(_DIGITS.fullmatch(low)) or ("-" in low and all(p in WORDS for p in low.split("-")))


def numeric(words: Sequence[str]) -> bool:
    """Return whether all of `words`, one at least, can be parts of a number."""
    return bool(words) and all(number_like(word) for word in words)
