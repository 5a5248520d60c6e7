# SPDX-License-Identifier: Apache-2.0
"""Places a fact's value and what is drawn for it: ring around or beside, bar, sparkline and toggle under or beside."""

from __future__ import annotations

import math

from phosphene.painter.fact_value import Value, drawn_ink, values
from phosphene.painter.form import Align, FactForm, LabelForm, Placed, WidgetForm, aligned
from phosphene.painter.placement import Box, Widget, WidgetKind, ring_width
from phosphene.painter.scene import Fact

# Free cells between the parts of a fact: what the reader needs around a value.
GAP = 1


def body(fact: Fact, room: Box, form: FactForm, size: int, skip: int) -> tuple[Placed, int, int, Value] | None:
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
    # A label beside the value has the near side: the ring then goes to the far one.
    before = ring + GAP if ring and not (fact.label and form.label is LabelForm.BESIDE) else 0
    value.left = aligned(form.align, room.x, room.w, value.width + taken) + before
    value.top = room.y + max(0, (ring - value.height) // 2)
    placed = Placed(runs=value.runs())
    ink = drawn_ink(fact.status)
    bottom = value.top + value.height
    middle = value.top + value.height // 2
    right = value.left + value.width + GAP
    if ring:
        x = value.left - GAP - ring if before else right
        right += 0 if before else ring + GAP
        box = Box(x, room.y + max(0, (value.height - ring) // 2), ring, ring)
        placed.widgets.append(Widget(WidgetKind.RING, box, fact.key, level=fact.level or 0.0, ink=ink))
        bottom = max(bottom, box.y + ring)
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
    ink = drawn_ink(fact.status)
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
            ink=drawn_ink(fact.status),
        )
        placed.widgets.append(ring)
        bottom = _under(fact, room, form, size, room.y + side + skip, placed, bar=False, spark=True, knob=knob)
        return (placed, room.y + side, bottom, value) if bottom <= room.y + room.h else None
    return None
