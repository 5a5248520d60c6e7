# SPDX-License-Identifier: Apache-2.0
"""English numerals in words, written apart from the device, which never turns a number into words itself."""

from __future__ import annotations

from typing import Final

ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(number: int) -> str:
    """Return a number below a thousand millions."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return _with(_TENS[number // 10 - 2], number % 10)
    if number < 1000:
        return _with(f"{ONES[number // 100]} hundred", number % 100)
    if number < 10**6:
        return _with(f"{in_words(number // 1000)} thousand", number % 1000)
    return _with(f"{in_words(number // 10**6)} million", number % 10**6)


def _with(begin: str, rest: int) -> str:
    return f"{begin} {in_words(rest)}" if rest else begin
