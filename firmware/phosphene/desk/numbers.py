# SPDX-License-Identifier: Apache-2.0
"""Which of the words that were heard are numbers and signs. What number they are, the board says: it alone computes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from phosphene.desk.facts import written
from phosphene.errors import Refused
from phosphene.exact import Coprocessor

TASK: Final = "spoken.number"
_ONES: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen")
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS: Final = frozenset((*_ONES, *_TEENS, "nineteen", *_TENS, "hundred", "thousand", "point"))
# What stands between two numbers.
_SIGNS: Final = {"plus": "+", "minus": "-", "times": "*", "divided": "/"}


async def in_digits(mcu: Coprocessor, words: Sequence[str]) -> list[str]:
    """Return the words with numbers in digits and the signs between them: "six times seven" is 6 * 7.

    Words that are no one number, such as "five twenty", stay words. Raises what a call raises, Refused aside.
    """
    runs = [(number, list(run)) for number, run in groupby(map(str.lower, words), key=_is_part)]
    said: list[str] = []
    after_number = False
    for at, (number, run) in enumerate(runs):
        if number:
            minus = said[-1:] == ["minus"]
            digits = await _digits(mcu, ["minus", *run] if minus else run)
            said[len(said) - (minus and digits is not None) :] = run if digits is None else [digits]
            after_number = digits is not None
        else:
            between = after_number and at + 1 < len(runs) and run[0] in _SIGNS
            if between and run in ([run[0]], ["divided", "by"]):
                said.append(_SIGNS[run[0]])
            else:
                said += run
    return said


def _is_part(word: str) -> bool:
    """Whether the word is a part of a number; "twenty-five" is one as well."""
    return all(part in _WORDS for part in word.split("-"))


async def _digits(mcu: Coprocessor, words: Sequence[str]) -> str | None:
    try:
        return written((await mcu.call(TASK, words=" ".join(words))).digits)
    except Refused:
        return None
