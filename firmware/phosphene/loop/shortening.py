# SPDX-License-Identifier: Apache-2.0
"""Words that must fit a screen: shortened between words, and never in the middle of a number."""

from __future__ import annotations

import re
from typing import Final

from phosphene.painter.charset import CHARACTERS, normal
from phosphene.painter.scene import LONGEST_VALUE

# What may be the beginning of a longer number, at the end of a text that was cut.
_CUT_NUMBER: Final = re.compile(r"\S*\d\S*$")


def short(text: str, longest: int) -> str:
    """Return a text that no value is in so that it fits, abbreviated with an ellipsis. A number stays whole or goes."""
    text = showable(text)
    if len(text) <= longest:
        return text
    cut = text[:longest]
    words = cut.rsplit(" ", 1)[0] if cut.rfind(" ") > longest // 2 else cut[: longest - 1]
    whole = text[: len(words) + 1].endswith(" ")
    if not whole:
        words = _CUT_NUMBER.sub("", words)
    return words.rstrip(" ,;:") + "…"


def can_stand(value: str) -> bool:
    """Return whether a value can be shown as it is, every character of it."""
    return bool(value.strip()) and len(normal(value)) <= LONGEST_VALUE and showable(value) == normal(value)


def showable(text: str) -> str:
    """Replace what the glyph table lacks. For words only: a value that can't be shown is an error."""
    whole = normal(text)
    missing = set(whole).difference(CHARACTERS)
    return "".join("?" if character in missing else character for character in whole) if missing else whole
