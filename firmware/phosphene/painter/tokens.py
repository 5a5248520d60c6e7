# SPDX-License-Identifier: Apache-2.0
"""The words that a layout is written in: a fixed row of positions, each with a small vocabulary of its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.form import Align, LabelForm, Surface, WidgetForm
from phosphene.painter.panel import LATTICE
from phosphene.painter.placement import DecorationKind, Theme
from phosphene.painter.scene import MOST_CHOICES, MOST_FACTS

# A token that is not decided yet, or that belongs to an element which the page doesn't have.
ABSENT: Final = -1


class Family(IntEnum):
    """The idea of a layout. It draws nothing itself: everything else is decided after it, and fits it."""

    HERO = 0
    SPLIT = 1
    ROWS = 2
    TILES = 3
    DIAL = 4
    BANNER = 5
    POSTER = 6
    SIDEBAR = 7
    COLUMN = 8
    FOOTER = 9


FONTS: Final = 4
# Decoration centres stand on every second lattice point, and may lie one step outside.
DECORATION_X: Final = 12
DECORATION_Y: Final = 9
DECORATION_SIZES: Final = (2.0, 3.0, 4.0, 5.0, 7.0, 9.0)

# Name and vocabulary of the positions that concern the whole page.
PAGE_TOKENS: Final = (
    ("family", len(Family)),
    ("align", len(Align)),
    ("surface", len(Surface)),
    ("theme", len(Theme)),
    ("hue", 12),
    ("accent", 12),
    ("vivid", 4),
    ("font", FONTS),
    ("small_unit", 2),
    ("label_ink", 2),
    ("title_ink", 3),
    ("decoration", len(DecorationKind)),
    ("decoration_x", DECORATION_X),
    ("decoration_y", DECORATION_Y),
    ("decoration_size", len(DECORATION_SIZES)),
)
# Edges of a box on the lattice: left and top cell, right and bottom edge (counted from 1).
BOX_TOKENS: Final = (("left", LATTICE[0]), ("right", LATTICE[0]), ("top", LATTICE[1]), ("bottom", LATTICE[1]))
FORM_TOKENS: Final = (("label", len(LabelForm)), ("widget", len(WidgetForm)))

TITLE: Final = 0
ICON: Final = 1
FIRST_FACT: Final = 2
FIRST_CHOICE: Final = FIRST_FACT + MOST_FACTS
ELEMENTS: Final = FIRST_CHOICE + MOST_CHOICES


def _row() -> tuple[list[int], dict[str, int], list[int], list[int]]:
    sizes: list[int] = []
    names: dict[str, int] = {}
    boxes: list[int] = []
    forms: list[int] = []
    for name, size in PAGE_TOKENS:
        names[name] = len(sizes)
        sizes.append(size)
    for element in range(ELEMENTS):
        fact = FIRST_FACT <= element < FIRST_CHOICE
        forms.append(len(sizes) if fact else -1)
        if fact:
            sizes += [size for _, size in FORM_TOKENS]
        boxes.append(len(sizes))
        sizes += [size for _, size in BOX_TOKENS]
    return sizes, names, boxes, forms


_sizes, PAGE, BOX_AT, FORM_AT = _row()
# The vocabulary of each position, and where each begins in a row of one-hot vectors laid end to end.
VOCABULARY: Final[NDArray[np.int64]] = np.array(_sizes, np.int64)
POSITIONS: Final = len(_sizes)
OFFSETS: Final[NDArray[np.int64]] = np.concatenate(([0], np.cumsum(VOCABULARY)[:-1]))
WIDTH: Final = int(VOCABULARY.sum())


@dataclass(frozen=True, slots=True)
class Edges:
    """A box on the lattice: cells `left` to `right` and `top` to `bottom`, ends not included."""

    left: int
    top: int
    right: int
    bottom: int


def edges(tokens: NDArray[np.int64], element: int) -> Edges | None:
    """Return the element's box, or None while it is absent or turned inside out."""
    left, right, top, bottom = (int(token) for token in tokens[BOX_AT[element] : BOX_AT[element] + 4])
    if min(left, right, top, bottom) < 0 or right + 1 <= left or bottom + 1 <= top:
        return None
    return Edges(left, top, right + 1, bottom + 1)


def put_edges(tokens: NDArray[np.int64], element: int, box: Edges) -> None:
    """Write the element's box."""
    tokens[BOX_AT[element] : BOX_AT[element] + 4] = (box.left, box.right - 1, box.top, box.bottom - 1)


def empty() -> NDArray[np.int64]:
    """Return a row in which nothing is decided: int64 [POSITIONS] of ABSENT."""
    return np.full(POSITIONS, ABSENT, np.int64)


def elements(title: bool, icon: bool, facts: int, choices: int) -> list[bool]:
    """Return for each element whether a page with these parts has it."""
    return [title, icon, *(i < facts for i in range(MOST_FACTS)), *(i < choices for i in range(MOST_CHOICES))]


def needed(title: bool, icon: bool, facts: int, choices: int) -> NDArray[np.int64]:
    """Return the positions that a page with these elements decides, in the order of the row."""
    wanted = list(range(len(PAGE_TOKENS)))
    for element, there in enumerate(elements(title, icon, facts, choices)):
        if there:
            first = FORM_AT[element] if FORM_AT[element] >= 0 else BOX_AT[element]
            wanted += range(first, BOX_AT[element] + 4)
    return np.array(wanted, np.int64)
