# SPDX-License-Identifier: Apache-2.0
"""Fits text into widths: values are never cut or broken inside a number, other text is wrapped, then abbreviated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Glyph sizes, in cells across.
SIZES: Final = (1, 2, 3, 4, 6)
# What goes with a value of each size: its small unit and its label.
COMPANION: Final = {1: 1, 2: 1, 3: 2, 4: 2, 6: 3}
MOST_VALUE_LINES: Final = 3
# An abbreviation shorter than this says nothing.
SHORTEST_ABBREVIATION: Final = 4
ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Line:
    """Characters of a string from `start`; `text` ends in "…" where the rest was left out."""

    start: int
    text: str


def _pieces(text: str, *, exact: bool) -> list[Line]:
    """Return the parts between spaces; with `exact` a space between two digits belongs to its number."""
    parts: list[Line] = []
    start = 0
    for position, character in enumerate(text):
        if character != " ":
            continue
        inside_number = (
            exact and 0 < position < len(text) - 1 and text[position - 1].isdigit() and text[position + 1].isdigit()
        )
        if inside_number:
            continue
        if position > start:
            parts.append(Line(start, text[start:position]))
        start = position + 1
    if start < len(text):
        parts.append(Line(start, text[start:]))
    return parts


def _wrapped(text: str, columns: int, *, exact: bool) -> list[Line] | None:
    lines: list[Line] = []
    for piece in _pieces(text, exact=exact):
        if len(piece.text) > columns:
            return None
        last = lines[-1] if lines else None
        if last is not None and piece.start + len(piece.text) - last.start <= columns:
            lines[-1] = Line(last.start, text[last.start : piece.start + len(piece.text)])
        else:
            lines.append(piece)
    return lines


@lru_cache(maxsize=4096)
def value_lines(text: str, columns: int, most: int = MOST_VALUE_LINES) -> tuple[Line, ...] | None:
    """Return `text` in at most `most` lines of at most `columns` characters, whole; None when it doesn't fit."""
    if len(text) <= columns:
        return (Line(0, text),)
    lines = _wrapped(text, columns, exact=True)
    return tuple(lines) if lines is not None and len(lines) <= most else None


@lru_cache(maxsize=4096)
def whole_lines(text: str, columns: int, most: int = 2) -> tuple[Line, ...] | None:
    """Return `text` wrapped at its words into at most `most` lines; None when it would have to be abbreviated."""
    if len(text) <= columns:
        return (Line(0, text),)
    lines = _wrapped(text, columns, exact=False)
    return tuple(lines) if lines is not None and len(lines) <= most else None


@lru_cache(maxsize=4096)
def label_lines(text: str, columns: int, most: int = 2) -> tuple[Line, ...] | None:
    """Return `text` wrapped at words, or else abbreviated; None when not even an abbreviation fits.

    The rule: lines are filled word by word, and the last line takes as many characters as it can hold before "…".
    A word that holds a digit is whole or not there: part of a number is another number.
    """
    whole = whole_lines(text, columns, most)
    if whole is not None:
        return whole
    if columns < SHORTEST_ABBREVIATION:
        return None
    lines: list[Line] = []
    start = 0
    while len(lines) < most - 1:
        # The longest run of whole words that fits; a first word that doesn't fit is abbreviated where it stands.
        end = text.rfind(" ", start, start + columns + 1)
        if end <= start:
            break
        lines.append(Line(start, text[start:end].rstrip()))
        start = end + 1
    end = _before_number(text, start, start + columns - 1)
    if end <= start:
        return None
    lines.append(Line(start, text[start:end] + ELLIPSIS))
    return tuple(lines)


def _before_number(text: str, start: int, end: int) -> int:
    """Return where `text` from `start` may be cut, at `end` or before it: never inside a word that holds a digit."""
    first = text.rfind(" ", start, end) + 1 if " " in text[start:end] else start
    last = text.find(" ", end)
    word = text[first : last if last >= 0 else len(text)]
    if first + len(word) > end and any(character.isdigit() for character in word):
        end = first
    while end > start and text[end - 1] == " ":
        end -= 1
    return end


def widest(lines: tuple[Line, ...]) -> int:
    """Return the number of characters of the longest line."""
    return max(len(line.text) for line in lines)
