# SPDX-License-Identifier: Apache-2.0
"""How much of the lattice things need on a panel: the teacher's measuring tape."""

from __future__ import annotations

import math
from dataclasses import dataclass

from phosphene.painter.fit import whole_lines, widest
from phosphene.painter.form import LabelForm, WidgetForm
from phosphene.painter.legibility import touch_cells
from phosphene.painter.page import Page
from phosphene.painter.panel import LATTICE, Panel
from phosphene.painter.scene import Fact


@dataclass(frozen=True, slots=True)
class Tape:
    """Cells per lattice step across and down."""

    wide: float
    high: float

    @classmethod
    def of(cls, panel: Panel) -> Tape:
        """Return the tape for a panel."""
        return cls(panel.columns / LATTICE[0], panel.rows / LATTICE[1])

    def across(self, cells: float) -> int:
        """Return the lattice steps that hold so many cells."""
        return math.ceil(cells / self.wide - 1e-6)

    def down(self, cells: float) -> int:
        """Return the lattice steps that hold so many cells."""
        return math.ceil(cells / self.high - 1e-6)


def button_room(page: Page, panel: Panel, tape: Tape, *, whole: bool) -> tuple[int, int]:
    """Return width and height, in lattice steps, that every button of the page can do with.

    Without `whole` they suffice for one line, abbreviated if need be.
    """
    wide, high = touch_cells(panel)
    lines = 1
    for choice in page.choices if whole else ():
        one = len(choice.text) * page.touch + 2
        two = whole_lines(choice.text, max(1, len(choice.text) // 2 + 2), 2)
        if one > panel.columns // 2 and two is not None:
            one, lines = widest(two) * page.touch + 2, 2
        wide = max(wide, min(one, panel.columns // 2))
    return tape.across(wide), tape.down(max(high, 2 * page.touch * lines + 2))


def fact_room(fact: Fact, size: int, text: int, label: LabelForm, widget: WidgetForm, tape: Tape) -> tuple[int, int]:
    """Return roughly the width and height, in lattice steps, that a fact needs with its value at `size`."""
    width, height = len(fact.shown) * size, 2 * size
    named = min(len(fact.label), 14) * text
    if fact.level is not None and widget is WidgetForm.AROUND:
        side = 2 * (math.hypot(width / 2 + 1, height / 2 + 1) * 1.2 + 0.5)
        width, height = math.ceil(side), math.ceil(side)
    elif fact.level is not None and widget is WidgetForm.BESIDE:
        width += max(3, 2 * size) + 1
        height = max(height, 3)
    elif fact.level is not None:
        height += 1 + max(1, size // 2)
    if fact.on is not None:
        width += 4 * math.ceil(size / 2) + 1
    if fact.history:
        width, height = (width + 4 * size + 1, height) if widget is WidgetForm.BESIDE else (width, height + 3)
    if fact.label and label is LabelForm.BESIDE and widget is not WidgetForm.AROUND:
        width += named + max(1, text)
        height = max(height, 2 * text)
    elif fact.label:
        width, height = max(width, named), height + 2 * text + 1
    return tape.across(width), tape.down(height)
