# SPDX-License-Identifier: Apache-2.0
"""Breaks text into lines of a width, whole: values only where no number is torn, other text between words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Glyph sizes, in cells across.
SIZES: Final = (1, 2, 3, 4, 6)
# What goes with a value of each size: its small unit and its label.
COMPANION: Final = {1: 1, 2: 1, 3: 2, 4: 2, 6: 3}
MOST_VALUE_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    """Characters of a string from `start`; `text` holds "…" where some of them were left out."""

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


@lru_cache(maxsize=512)
def value_lines(text: str, columns: int, most: int = MOST_VALUE_LINES) -> tuple[Line, ...] | None:
    """Return `text` in at most `most` lines of at most `columns` characters, whole; None when it doesn't fit."""
    if len(text) <= columns:
        return (Line(0, text),)
    lines = _wrapped(text, columns, exact=True)
    return tuple(lines) if lines is not None and len(lines) <= most else None


@lru_cache(maxsize=512)
def whole_lines(text: str, columns: int, most: int = 2) -> tuple[Line, ...] | None:
    """Return `text` wrapped at its words into at most `most` lines; None when it would have to be abbreviated."""
    if len(text) <= columns:
        return (Line(0, text),)
    lines = _wrapped(text, columns, exact=False)
    return tuple(lines) if lines is not None and len(lines) <= most else None


def widest(lines: tuple[Line, ...]) -> int:
    """Return the number of characters of the longest line."""
    return max(len(line.text) for line in lines)
