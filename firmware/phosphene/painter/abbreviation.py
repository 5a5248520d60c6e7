# SPDX-License-Identifier: Apache-2.0
"""Shortens labels and the like by rule, never a value; what differs between two texts of a scene stays to be seen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import takewhile
from typing import Final

from phosphene.painter.fit import Line, whole_lines

# An abbreviation shorter than this says nothing.
SHORTEST: Final = 4
ELLIPSIS: Final = "…"


@lru_cache(maxsize=64)
def differences(texts: tuple[str, ...]) -> Mapping[str, tuple[int, ...]]:
    """Return, for each text, the places from 1 on where it first differs from another, or ends before that one does.

    An abbreviation that shows the characters at all of these places is like no other's.
    """
    places = {text: {_alike(text, other) for other in texts if other != text} for text in texts}
    return {text: tuple(sorted(found - {0})) for text, found in places.items()}


def _alike(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@lru_cache(maxsize=512)
def label_lines(text: str, columns: int, most: int = 2, apart: tuple[int, ...] = ()) -> tuple[Line, ...] | None:
    """Return `text` wrapped at words, or else abbreviated; None when not even an abbreviation fits.

    The rule: lines are filled word by word, and the last line takes as many characters as it can hold before "…".
    A word that holds a digit is whole or not there: part of a number is another number. `apart` are places that must
    be seen (see `differences`): where they would be left out, the "…" moves to before the words that hold them.
    """
    whole = whole_lines(text, columns, most)
    if whole is not None:
        return whole
    if columns < SHORTEST:
        return None
    lines = _beginning(text, columns, most)
    seen = lines[-1].start + len(lines[-1].text) - len(ELLIPSIS) if lines else 0
    return lines if all(place < seen for place in apart) else _both_ends(text, columns, most, apart)


def _beginning(text: str, columns: int, most: int) -> tuple[Line, ...] | None:
    """Return as much of the beginning as fits."""
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


def _both_ends(text: str, columns: int, most: int, apart: tuple[int, ...]) -> tuple[Line, ...] | None:
    """Return as much of the beginning as fits together with all from the word on that holds the first hidden place.

    Of two texts that were shortened to beginnings of one length the same words are hidden, up to where they differ:
    so their ends begin at the same place, and differ.
    """
    for head in range(min(len(text), columns * most) - 1, SHORTEST - 2, -1):
        hidden = [place for place in apart if place >= head]
        if not hidden or _before_number(text, 0, head) < head:
            continue
        tail = text.rfind(" ", 0, hidden[0]) + 1
        if tail <= head:
            continue
        shown = text[:head] + ELLIPSIS
        lines = whole_lines(f"{shown} {text[tail:]}", columns, most)
        if lines is not None:
            return tuple(
                line if line.start < len(shown) else Line(line.start - len(shown) - 1 + tail, line.text)
                for line in lines
            )
    return None


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
