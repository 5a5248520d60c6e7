# SPDX-License-Identifier: Apache-2.0
"""How one element may look inside its box: words shared by the tokens and by what places them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from phosphene.painter.fit import SIZES
from phosphene.painter.placement import Box, Ink, TextRun, Widget


class Align(IntEnum):
    """Where text stands in its box, in reading direction."""

    START = 0
    CENTRE = 1
    END = 2


class LabelForm(IntEnum):
    """Where a fact's label stands."""

    OVER = 0
    BESIDE = 1
    UNDER = 2


class WidgetForm(IntEnum):
    """Where a fact's bar, ring, sparkline or toggle stands. AROUND is a ring with the value inside."""

    UNDER = 0
    BESIDE = 1
    AROUND = 2


class Surface(IntEnum):
    """What lies under the text: nothing, a card under all facts or under each, an outline, a band under the title."""

    NONE = 0
    CARD = 1
    CARDS = 2
    OUTLINE = 3
    BAND = 4


@dataclass(frozen=True, slots=True)
class FactForm:
    """Everything that decides how a fact fills its box. `split` is the width of the label's column when facts share
    one, `cap` the largest size of the value, `apart` the places of the label that an abbreviation must show."""

    label: LabelForm = LabelForm.OVER
    widget: WidgetForm = WidgetForm.UNDER
    align: Align = Align.START
    small_unit: bool = False
    label_ink: Ink = Ink.MUTED
    cap: int = SIZES[-1]
    split: int = 0
    apart: tuple[int, ...] = ()


@dataclass(slots=True)
class Placed:
    """What stands in a box. `size` is that of the main text."""

    runs: list[TextRun] = field(default_factory=list)
    widgets: list[Widget] = field(default_factory=list)
    size: int = 0

    def add(self, other: Placed) -> None:
        """Take in what `other` holds."""
        self.runs += other.runs
        self.widgets += other.widgets


def aligned(align: Align, start: int, room: int, width: int) -> int:
    """Return where something `width` wide begins in `room` cells from `start`."""
    if align is Align.START:
        return start
    return start + (room - width) // (2 if align is Align.CENTRE else 1)


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds all of `boxes`, of which there is at least one."""
    every = list(boxes)
    left, top = min(box.x for box in every), min(box.y for box in every)
    right, bottom = max(box.x + box.w for box in every), max(box.y + box.h for box in every)
    return Box(left, top, right - left, bottom - top)


def grown(box: Box, by: int) -> Box:
    """Return `box` with `by` cells more on every side; fewer for a negative number."""
    return Box(box.x - by, box.y - by, box.w + 2 * by, box.h + 2 * by)
