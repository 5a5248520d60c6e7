# SPDX-License-Identifier: Apache-2.0
"""In which order the composer decides its tokens: the idea of the layout and its look, then element by element."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter import tokens as words

# Tokens of one group are drawn at the same time: they say little about each other.
PAGE_GROUPS: Final = (
    ("family",),
    ("align",),
    ("surface",),
    ("small_unit", "label_ink", "title_ink", "theme", "vivid", "font", "decoration"),
    ("hue", "decoration_x", "decoration_y", "decoration_size"),
    ("accent",),
)
# What must be large enough to touch comes first, then the heading; facts share what is left.
ELEMENT_ORDER: Final = (
    *range(words.FIRST_CHOICE, words.ELEMENTS),
    words.TITLE,
    words.ICON,
    *range(words.FIRST_FACT, words.FIRST_CHOICE),
)


def _groups() -> tuple[NDArray[np.int64], ...]:
    groups = [np.array([words.PAGE[name] for name in names], np.int64) for names in PAGE_GROUPS]
    for element in ELEMENT_ORDER:
        first = words.FORM_AT[element] if words.FORM_AT[element] >= 0 else words.BOX_AT[element]
        groups += [np.array([position], np.int64) for position in range(first, words.BOX_AT[element] + 4)]
    return tuple(groups)


# Positions by turn, those of elements that a page doesn't have included.
GROUPS: Final = _groups()
# The turn of each position.
TURN: Final[NDArray[np.int64]] = np.zeros(words.POSITIONS, np.int64)
for _turn, _group in enumerate(GROUPS):
    TURN[_group] = _turn


def occupied(tokens: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return which lattice cells decided boxes cover: uint8 [15 * 20], row by row."""
    cells = np.zeros((15, 20), np.uint8)
    for first in words.BOX_AT:
        left, right, top, bottom = tokens[first : first + 4]
        if min(left, right, top, bottom) >= 0:
            cells[top : bottom + 1, left : right + 1] = 1
    return cells.reshape(-1)
