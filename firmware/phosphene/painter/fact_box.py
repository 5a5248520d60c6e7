# SPDX-License-Identifier: Apache-2.0
"""Places a fact inside its box: value as large as it fits, its label and its widgets right beside it."""

from __future__ import annotations

from dataclasses import replace

from phosphene.painter.abbreviation import label_lines
from phosphene.painter.fact_body import GAP, body
from phosphene.painter.fact_value import Value
from phosphene.painter.fit import COMPANION, SIZES, Line, whole_lines, widest
from phosphene.painter.form import FactForm, LabelForm, Placed, WidgetForm, aligned
from phosphene.painter.placement import Box, Role, TextRun
from phosphene.painter.scene import Fact


def place_fact(fact: Fact, box: Box, form: FactForm, smallest: int, text: int) -> Placed | None:
    """Return the fact placed in `box`, or None when it doesn't fit.

    `smallest` and `text` are the least sizes of value and label.
    """
    if box.h < _lowest(fact, form, smallest, text):
        return None
    for value_size in reversed(SIZES):
        if not smallest <= value_size <= form.cap or 2 * value_size > box.h or value_size > box.w:
            continue
        for label, label_size in _labels(fact, box, form, value_size, text):
            placed = _try(fact, box, form, value_size, label, label_size)
            if placed is not None:
                placed.size = value_size
                return placed
    return None


def _lowest(fact: Fact, form: FactForm, size: int, text: int) -> int:
    """Return a height that no way of placing the fact stays under: most boxes that are too low are told at once."""
    around = form.widget is WidgetForm.AROUND and fact.level is not None
    height = 2 * size
    if around:
        height += 2 * GAP
    elif fact.level is not None and form.widget is WidgetForm.UNDER:
        height += GAP + max(1, size // 2)
    if fact.history and (form.widget is not WidgetForm.BESIDE or fact.level is not None):
        height += GAP + 2
    if fact.label and (around or form.label is not LabelForm.BESIDE):
        height += GAP + 2 * text
    return height


def _labels(fact: Fact, box: Box, form: FactForm, value_size: int, text: int) -> list[tuple[tuple[Line, ...], int]]:
    """Return the ways to write the label, best first: whole at the size that suits the value, or the least."""
    if not fact.label:
        return [((), 0)]
    suits = max(text, COMPANION[value_size])
    sizes = [suits] if suits == text else [suits, text]
    room = box.w
    if form.label is LabelForm.BESIDE:
        room = form.split or max(4, (box.w * 11) // 20)
    ways = [
        (lines, size) for size in sizes for most in (1, 2) if (lines := whole_lines(fact.label, room // size, most))
    ]
    for most in (1, 2):
        short = label_lines(fact.label, room // text, most, form.apart)
        if short is not None and (short, text) not in ways:
            ways.append((short, text))
    return ways


def _try(fact: Fact, box: Box, form: FactForm, size: int, label: tuple[Line, ...], label_size: int) -> Placed | None:
    beside = bool(label) and form.label is LabelForm.BESIDE
    label_width = widest(label) * label_size if label else 0
    label_height = 2 * label_size * len(label)
    # Rows that a label right under the value takes, before what is drawn under both.
    skip = 0
    if form.widget is WidgetForm.AROUND and fact.level is not None:
        beside = False
    if beside:
        column = form.split or label_width
        shift = column + max(GAP, label_size)
        room = Box(box.x + shift, box.y, box.w - shift, box.h)
    elif label:
        if form.label is LabelForm.UNDER:
            room, skip = box, label_height + GAP
        else:
            room = Box(box.x, box.y + label_height + GAP, box.w, box.h - label_height - GAP)
    else:
        room = box
    if room.w < size or room.h < 2 * size or label_height > box.h:
        return None
    drawn = body(fact, room, form, size, skip)
    if drawn is None:
        return None
    placed, under, bottom, value = drawn
    if label:
        y = under + GAP if skip else room.y - GAP - label_height
        if beside and bottom > under and label_height > value.height and value.left > room.x:
            # A label taller than its value would reach into what is drawn below.
            return None
        edge = value.left if beside else None
        placed.runs += _label_runs(fact, form, label, label_size, box, value, y, edge)
    # Whatever stays free is shared above and below.
    free = box.y + box.h - max([bottom, *(run.y + 2 * run.size for run in placed.runs)])
    above = min(run.y for run in placed.runs)
    above = min([above, *(widget.box.y for widget in placed.widgets)])
    if free < 0 or above < box.y:
        return None
    return _lowered(placed, (free - (above - box.y)) // 2)


def _label_runs(
    fact: Fact,
    form: FactForm,
    label: tuple[Line, ...],
    size: int,
    box: Box,
    value: Value,
    y: int,
    edge: int | None,
) -> list[TextRun]:
    """Return the label's lines from row `y` on, or beside the value, ending a gap before the column `edge`."""
    height = 2 * size * len(label)
    runs: list[TextRun] = []
    end = 0
    if edge is not None:
        # One line sits on the value's baseline, more are centred on it; both end where the value begins.
        y = value.top + (round(1.6 * (value.size - size)) if len(label) == 1 and value.lines == 1 else 0)
        if len(label) > 1 or value.lines > 1:
            y = max(box.y, value.top + (value.height - height) // 2)
        end = edge - max(GAP, size)
    for row, line in enumerate(label):
        width = len(line.text) * size
        x = end - width if edge is not None else aligned(form.align, box.x, box.w, width)
        runs.append(TextRun(Role.LABEL, fact.key, line.text, x, y + 2 * size * row, size, form.label_ink, line.start))
    return runs


def _lowered(placed: Placed, by: int) -> Placed:
    if by:
        placed.runs = [replace(run, y=run.y + by) for run in placed.runs]
        placed.widgets = [replace(widget, box=widget.box.moved(0, by)) for widget in placed.widgets]
    return placed
