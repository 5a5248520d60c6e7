# SPDX-License-Identifier: Apache-2.0
"""Places a fact inside its box: value as large as it fits, its label and its widgets right beside it."""

from __future__ import annotations

import math

from phosphene.painter.fact_value import Value, values
from phosphene.painter.fit import COMPANION, SIZES, Line, label_lines, whole_lines, widest
from phosphene.painter.form import Align, FactForm, LabelForm, Placed, WidgetForm, aligned
from phosphene.painter.placement import Box, Ink, Role, TextRun, Widget, WidgetKind, ring_width
from phosphene.painter.scene import Fact, Status

# Free cells between the parts of a fact: what the reader needs around a value.
GAP = 1
_STATUS_INK = {Status.OK: Ink.ACCENT, Status.ACTIVE: Ink.ACCENT, Status.WARNING: Ink.WARNING, Status.FAULT: Ink.FAULT}


def place_fact(fact: Fact, box: Box, form: FactForm, smallest: int, text: int) -> Placed | None:
    """Return the fact placed in `box`, or None when it doesn't fit.

    `smallest` and `text` are the least sizes of value and label.
    """
    for value_size in reversed(SIZES):
        if not smallest <= value_size <= form.cap or 2 * value_size > box.h or value_size > box.w:
            continue
        for label, label_size in _labels(fact, box, form, value_size, text):
            placed = _try(fact, box, form, value_size, label, label_size)
            if placed is not None:
                placed.size = value_size
                return placed
    return None


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
        short = label_lines(fact.label, room // text, most)
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
    body = _body(fact, room, form, size, skip)
    if body is None:
        return None
    placed, under, bottom, value = body
    if label:
        y = under + GAP if skip else room.y - GAP - label_height
        placed.runs += _label_runs(fact, form, label, label_size, box, value, y, beside=beside)
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
    *,
    beside: bool,
) -> list[TextRun]:
    height = 2 * size * len(label)
    runs: list[TextRun] = []
    end = 0
    if beside:
        # One line sits on the value's baseline, more are centred on it; both end where the value begins.
        y = value.top + (round(1.6 * (value.size - size)) if len(label) == 1 and value.lines == 1 else 0)
        if len(label) > 1 or value.lines > 1:
            y = max(box.y, value.top + (value.height - height) // 2)
        end = value.left - max(GAP, size)
    for row, line in enumerate(label):
        width = len(line.text) * size
        x = end - width if beside else aligned(form.align, box.x, box.w, width)
        runs.append(TextRun(Role.LABEL, fact.key, line.text, x, y + 2 * size * row, size, form.label_ink, line.start))
    return runs


def _body(fact: Fact, room: Box, form: FactForm, size: int, skip: int) -> tuple[Placed, int, int, Value] | None:
    """Return value and widgets at the top of `room`, the row after the value, the row after all, and the value.

    `skip` rows after the value stay free.
    """
    if form.widget is WidgetForm.AROUND and fact.level is not None:
        return _ringed(fact, room, form, size, skip)
    beside_level = fact.level is not None and form.widget is WidgetForm.BESIDE
    beside_on = fact.on is not None and (form.widget is not WidgetForm.UNDER or fact.level is not None)
    beside_history = bool(fact.history) and form.widget is WidgetForm.BESIDE and not beside_level
    ring = max(3, 2 * size) if beside_level else 0
    knob = 2 * math.ceil(size / 2) if fact.on is not None else 0
    taken = (
        (ring + GAP if ring else 0) + (2 * knob + GAP if beside_on else 0) + (4 * size + GAP if beside_history else 0)
    )
    value = next(iter(values(fact, room.w - taken, size, form.align, small_unit=form.small_unit)), None)
    if value is None:
        return None
    value.left = aligned(form.align, room.x, room.w, value.width + taken) + (ring + GAP if ring else 0)
    value.top = room.y + max(0, (ring - value.height) // 2)
    placed = Placed(runs=value.runs())
    ink = _STATUS_INK[fact.status]
    bottom = value.top + value.height
    middle = value.top + value.height // 2
    if ring:
        box = Box(value.left - GAP - ring, room.y + max(0, (value.height - ring) // 2), ring, ring)
        placed.widgets.append(Widget(WidgetKind.RING, box, fact.key, level=fact.level or 0.0, ink=ink))
        bottom = max(bottom, box.y + ring)
    right = value.left + value.width + GAP
    if beside_on:
        box = Box(right, middle - knob // 2, 2 * knob, knob)
        placed.widgets.append(Widget(WidgetKind.TOGGLE, box, fact.key, on=bool(fact.on), ink=ink))
        right += 2 * knob + GAP
    if beside_history:
        box = Box(right, value.top + value.height - 2 * size, 4 * size, 2 * size)
        placed.widgets.append(Widget(WidgetKind.SPARKLINE, box, fact.key, history=fact.history, ink=ink))
    under = bottom
    bottom = _under(
        fact,
        room,
        form,
        size,
        bottom + skip,
        placed,
        bar=not beside_level,
        spark=not beside_history,
        knob=0 if beside_on else knob,
    )
    return (placed, under, bottom, value) if bottom <= room.y + room.h else None


def _under(
    fact: Fact, room: Box, form: FactForm, size: int, bottom: int, placed: Placed, *, bar: bool, spark: bool, knob: int
) -> int:
    """Add what stands under the value; return the row after it."""
    ink = _STATUS_INK[fact.status]
    if fact.level is not None and bar:
        high = max(1, size // 2)
        box = Box(room.x, bottom + GAP, room.w, high)
        placed.widgets.append(Widget(WidgetKind.BAR, box, fact.key, level=fact.level, ink=ink))
        bottom += GAP + high
    if knob:
        box = Box(aligned(form.align, room.x, room.w, 2 * knob), bottom + GAP, 2 * knob, knob)
        placed.widgets.append(Widget(WidgetKind.TOGGLE, box, fact.key, on=bool(fact.on), ink=ink))
        bottom += GAP + knob
    if fact.history and spark:
        high = max(2, min(2 * size, room.y + room.h - bottom - GAP))
        box = Box(room.x, bottom + GAP, room.w, high)
        placed.widgets.append(Widget(WidgetKind.SPARKLINE, box, fact.key, history=fact.history, ink=ink))
        bottom += GAP + high
    return bottom


def _ringed(fact: Fact, room: Box, form: FactForm, size: int, skip: int) -> tuple[Placed, int, int, Value] | None:
    """Return the value inside the largest ring that fits."""
    knob = 2 * math.ceil(size / 2) if fact.on is not None else 0
    below = skip + (GAP + knob if knob else 0) + (GAP + 2 if fact.history else 0)
    side = min(room.w, room.h - below)
    inner = side / 2 - ring_width(max(1, side))
    for value in values(fact, room.w, size, Align.CENTRE, small_unit=form.small_unit):
        # The corners of the value's moat stay clear of the ring.
        if math.hypot(value.width / 2 + GAP, value.height / 2 + GAP) > inner - 0.5:
            continue
        left = aligned(form.align, room.x, room.w, side)
        value.left, value.top = left + (side - value.width) // 2, room.y + (side - value.height) // 2
        placed = Placed(runs=value.runs())
        ring = Widget(
            WidgetKind.RING,
            Box(left, room.y, side, side),
            fact.key,
            level=fact.level or 0.0,
            ink=_STATUS_INK[fact.status],
        )
        placed.widgets.append(ring)
        bottom = _under(fact, room, form, size, room.y + side + skip, placed, bar=False, spark=True, knob=knob)
        return (placed, room.y + side, bottom, value) if bottom <= room.y + room.h else None
    return None


def _lowered(placed: Placed, by: int) -> Placed:
    if by:
        placed.runs = [_moved(run, by) for run in placed.runs]
        placed.widgets = [_moved_widget(widget, by) for widget in placed.widgets]
    return placed


def _moved(run: TextRun, by: int) -> TextRun:
    return TextRun(run.role, run.key, run.text, run.x, run.y + by, run.size, run.ink, run.start, run.grade, run.struck)


def _moved_widget(widget: Widget, by: int) -> Widget:
    box = Box(widget.box.x, widget.box.y + by, widget.box.w, widget.box.h)
    return Widget(
        widget.kind, box, widget.key, widget.level, widget.on, widget.history, widget.name, widget.main, widget.ink
    )
