# SPDX-License-Identifier: Apache-2.0
"""Which words can be a spoken number. What the number is, the board says (`spoken.number`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

KINDS: Final = frozenset({"u8", "u16", "u32", "u64", "i32", "i64", "int", "decimal"})
"""The kinds of arguments that are numbers."""
_DIGIT_WORDS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES: Final = frozenset(_DIGIT_WORDS)
_JOINS: Final = frozenset((*_TENS, "point", "minus", "thousand"))
WORDS: Final = frozenset(("zero", *_DIGIT_WORDS, *_TEENS, *_TENS, "hundred", "thousand", "point", "minus"))
_DIGITS: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def _spoken() -> re.Pattern[str]:
    """The numbers that the board reads, up to 999,999: "minus two hundred and five point three"."""
    one, tens = "|".join(_DIGIT_WORDS), "|".join(_TENS)
    below_hundred = rf"(?:(?:{tens})(?: (?:{one}))?|{'|'.join(_TEENS)}|{one})"
    below_thousand = rf"(?:(?:a|{one}) hundred(?: (?:and )?{below_hundred})?|{below_hundred})"
    thousands = rf"{below_thousand} thousand(?: {below_thousand}| and {below_hundred})?"
    return re.compile(rf"(?:minus )?(?:zero|{thousands}|{below_thousand})(?: point(?: (?:zero|{one}))+)?")


_SPOKEN: Final = _spoken()


def goes_on(before: str, word: str) -> bool:
    """Return whether `word` may go on with the number that `before` is part of: "twenty five", but not "five twenty".

    Behind a point digits follow digits, which this takes for a new number each; a longer reading is the pointer's.
    """
    if word in ("hundred", "thousand", "point"):
        return True
    if before in ("hundred", "point", "minus", "thousand"):
        return True
    return before in _JOINS and word in _ONES


def number_like(word: str) -> bool:
    """Return whether `word` can be part of a number: a number word, two with a hyphen, or digits."""
    low = word.lower()
    return low in WORDS or bool(_DIGITS.fullmatch(low)) or ("-" in low and all(p in WORDS for p in low.split("-")))


def numeric(words: Sequence[str]) -> bool:
    """Return whether `words` are one number as it is said, or written in digits: "ninety ninety" is none."""
    said = " ".join(words).lower()
    return bool(_DIGITS.fullmatch(said) or _SPOKEN.fullmatch(said.replace("-", " ")))
