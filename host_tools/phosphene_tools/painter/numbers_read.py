# SPDX-License-Identifier: Apache-2.0
"""The numbers in a line of text, written one way, so that what a judge read can be held against what should stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

# One number with its sign, or several that signs hold together, such as a time, a date or a range.
_NUMBER: Final = re.compile(r"[-+±]?\d+(?:[.,:/'×÷+±-]+\d+)*")
_DASHES: Final = str.maketrans(
    dict.fromkeys("−–—‐‑‒―一ー", "-") | {"：": ":", "，": ",", "．": ".", "＋": "+", "／": "/"}
)


def numbers(text: str) -> frozenset[str]:
    """Return the numbers in `text`, both with its spaces taken as gaps and with them left out ("1 271" is 1271)."""
    folded = _folded(text)
    return frozenset(_NUMBER.findall(folded)) | frozenset(_NUMBER.findall(folded.replace(" ", "")))


def unexpected(text: str, standing: Iterable[str]) -> list[str]:
    """Return the numbers in `text` that the strings `standing` there don't have.

    Two strings beside each other may have been read as one, with or without a gap.
    """
    strings = list(standing)
    allowed: set[str] = set()
    for first, string in enumerate(strings):
        allowed |= numbers(string)
        for last in range(first + 1, len(strings)):
            allowed |= numbers(" ".join(strings[first : last + 1]))
    split, joined = _NUMBER.findall(_folded(text)), _NUMBER.findall(_folded(text).replace(" ", ""))
    odd = [number for number in split if number not in allowed]
    # A gap inside a number is the judge's; it counts only when neither way of reading is right.
    return [] if odd and joined and all(number in allowed for number in joined) else odd


def says_the_same(text: str, standing: Iterable[str]) -> bool:
    """Return whether `text` has exactly the digits, in order, with their signs, of the strings standing there."""
    return _digits(text) == _digits(" ".join(standing))


def _digits(text: str) -> list[str]:
    return re.findall(r"[-+±]?\d|[.,:/]", "".join(_NUMBER.findall(_folded(text).replace(" ", ""))))


def _folded(text: str) -> str:
    # Compatibility forms: a judge without "³" writes "3" for it.
    return unicodedata.normalize("NFKC", text.replace("°", "").replace("º", "")).translate(_DASHES)
