# SPDX-License-Identifier: Apache-2.0
"""The characters that a screen can show, each with its number in the glyph table."""

from __future__ import annotations

import unicodedata
from typing import Final

from phosphene.errors import PhospheneError

# ASCII, then Latin-1's printable half (without the soft hyphen), then what the field writes beside them.
CHARACTERS: Final = (
    "".join(map(chr, range(0x20, 0x7F))) + "".join(chr(code) for code in range(0xA1, 0x100) if code != 0xAD) + "€…−"
)
BLANK: Final = 0
_NUMBERS: Final = {character: number for number, character in enumerate(CHARACTERS)}
# Spellings of one thing: what other programs write for a character that we have.
_SAME: Final = {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u03bc": "µ", "\u2019": "'", "\u2018": "'", "\u2010": "-"}


class SceneError(PhospheneError):
    """A scene asks for what can't be shown; nothing was painted."""


def normal(text: str) -> str:
    """Return `text` composed (NFC) and with other spellings of our characters replaced; nothing else changes."""
    if text.isascii():
        return text
    return "".join(_SAME.get(character, character) for character in unicodedata.normalize("NFC", text))


def check(text: object, *, place: str) -> str:
    """Return `normal(text)`.

    Raises:
        SceneError: it is no string, or a character isn't in the table; the error names it, its code point and its
            position.
    """
    if not isinstance(text, str):
        raise SceneError(f"{text!r} is no text", place=place, cure="give a string: the value as it was computed")
    whole = normal(text)
    missing = set(whole) - _NUMBERS.keys()
    if missing:
        position = min(map(whole.index, missing))
        name = unicodedata.name(whole[position], "a control character")
        raise SceneError(
            f"U+{ord(whole[position]):04X} ({name}) at position {position} can't be shown",
            place=place,
            cure="use ASCII, Latin-1, €, … or −",
        )
    return whole


def number(character: str) -> int:
    """Return the glyph number of one character of `CHARACTERS`; KeyError otherwise."""
    return _NUMBERS[character]
