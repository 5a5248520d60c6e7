# SPDX-License-Identifier: Apache-2.0
"""Places title, icon, button and page mark inside their boxes."""

from __future__ import annotations

import numpy as np

from phosphene.painter.abbreviation import label_lines
from phosphene.painter.fit import SIZES, whole_lines
from phosphene.painter.form import Align, Placed, aligned
from phosphene.painter.panel import Panel
from phosphene.painter.placement import ICON_SIDES, Box, Ink, Role, TextRun, Widget, WidgetKind
from phosphene.painter.scene import Choice

# What a page mark needs: three characters of size 1.
MARK_HEIGHT = 2
# Cells between a button's edge and its text.
BUTTON_MARGIN = 1


def place_text(
    role: Role,
    key: str,
    text: str,
    box: Box,
    align: Align,
    ink: Ink,
    smallest: int,
    cap: int,
    apart: tuple[int, ...] = (),
) -> Placed | None:
    """Return up to two centred lines of `text`, as large as they fit whole, else abbreviated at `smallest`.

    `apart` are the places of the text that an abbreviation must show.
    """
    for size in reversed(SIZES):
        if not smallest <= size <= cap:
            continue
        for most in (1, 2):
            if 2 * size * most > box.h or box.w < size:
                break
            lines = whole_lines(text, box.w // size, most)
            if lines is None and size == smallest and (most == 2 or 4 * size > box.h):
                lines = label_lines(text, box.w // size, most, apart)
            if lines is None:
                continue
            top = box.y + (box.h - 2 * size * len(lines)) // 2
            runs = [
                TextRun(
                    role,
                    key,
                    line.text,
                    aligned(align, box.x, box.w, len(line.text) * size),
                    top + 2 * size * row,
                    size,
                    ink,
                    line.start,
                )
                for row, line in enumerate(lines)
            ]
            return Placed(runs, [], size)
    return None


def place_icon(name: str, box: Box, align: Align) -> Placed | None:
    """Return the largest icon that fits into `box`."""
    for side in reversed(ICON_SIDES):
        if side <= min(box.w, box.h):
            x, y = aligned(align, box.x, box.w, side), box.y + (box.h - side) // 2
            return Placed([], [Widget(WidgetKind.ICON, Box(x, y, side, side), name=name)], side)
    return None


def place_choice(choice: Choice, box: Box, smallest: int, cap: int, apart: tuple[int, ...] = ()) -> Placed | None:
    """Return a button that fills `box`, with its text in the middle; `apart` as for `place_text`."""
    inner = Box(box.x + BUTTON_MARGIN, box.y + BUTTON_MARGIN, box.w - 2 * BUTTON_MARGIN, box.h - 2 * BUTTON_MARGIN)
    ink = Ink.ON_ACCENT if choice.main else Ink.MAIN
    placed = place_text(Role.CHOICE, choice.key, choice.text, inner, Align.CENTRE, ink, smallest, cap, apart)
    if placed is not None:
        placed.widgets.append(Widget(WidgetKind.BUTTON, box, choice.key, main=choice.main))
    return placed


def place_mark(mark: str, panel: Panel, taken: list[Box]) -> TextRun | None:
    """Return the page mark in the first free corner (top end first), or else where there is room, or None."""
    width = len(mark)
    inset = 1 if panel.columns >= 40 else 0
    right, low = panel.columns - width - inset, panel.rows - MARK_HEIGHT - inset
    free = np.ones((panel.rows, panel.columns), np.bool_)
    for box in taken:
        # A corner is taken when the mark there would touch the box or its moat.
        free[max(0, box.y - MARK_HEIGHT) : box.y + box.h + 1, max(0, box.x - width) : box.x + box.w + 1] = False
    for x, y in ((right, inset), (right, low), (inset, low), (inset, inset)):
        if free[y, x]:
            return TextRun(Role.PAGE, "", mark, x, y, 1, Ink.MUTED)
    rows, columns = np.nonzero(free[inset : low + 1, inset : right + 1])
    if not len(rows):
        return None
    # Otherwise as near to an edge as can be.
    aside = np.minimum(np.minimum(rows, low - inset - rows), np.minimum(columns, right - inset - columns))
    best = int(np.argmin(aside))
    return TextRun(Role.PAGE, "", mark, int(columns[best]) + inset, int(rows[best]) + inset, 1, Ink.MUTED)
