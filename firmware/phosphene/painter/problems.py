# SPDX-License-Identifier: Apache-2.0
"""What is wrong with an arrangement, in words; an empty list means that it may be painted."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from phosphene.painter.legibility import touch_cells
from phosphene.painter.page import Page
from phosphene.painter.placement import Arrangement, Box, Role, TextRun, Widget, WidgetKind, ring_width
from phosphene.painter.scene import Fact

# Free cells that everything keeps from its neighbours and from the edge of what it stands on.
MOAT = 1
_HOLDERS = frozenset({WidgetKind.PANEL, WidgetKind.OUTLINE, WidgetKind.BUTTON})


def problems(arrangement: Arrangement, page: Page) -> list[str]:
    """Return what is wrong: missing or cut parts, overlaps, what leaves the panel, what is too small to read or touch,
    and values that stand nearer to another's label than to their own."""
    return list(found(arrangement, page))


def found(arrangement: Arrangement, page: Page) -> Iterator[str]:
    """Yield the problems, quickest checks first: the first one is enough to turn an arrangement down."""
    yield from _missing(arrangement, page)
    yield from _bounds(arrangement)
    yield from _too_small(arrangement, page)
    yield from _text_meets_text(arrangement)
    yield from _text_meets_widget(arrangement)
    yield from _widgets_meet(arrangement)
    yield from _association(arrangement, page)
    yield from _alike(arrangement, page)


def _missing(arrangement: Arrangement, page: Page) -> Iterator[str]:
    runs: defaultdict[tuple[Role, str], list[TextRun]] = defaultdict(list)
    for run in arrangement.runs:
        runs[run.role, run.key].append(run)
    drawn = {(widget.kind, widget.key) for widget in arrangement.widgets}
    for fact in page.facts:
        if not _spells(runs[Role.VALUE, fact.key], fact.shown):
            yield f"missing: value of {fact.key}"
        if fact.label and not runs[Role.LABEL, fact.key]:
            yield f"missing: label of {fact.key}"
        for kinds, wanted in _wanted(fact):
            if wanted and not any((kind, fact.key) in drawn for kind in kinds):
                yield f"missing: {kinds[0].name.lower()} of {fact.key}"
    for choice in page.choices:
        if not runs[Role.CHOICE, choice.key] or (WidgetKind.BUTTON, choice.key) not in drawn:
            yield f"missing: choice {choice.key}"
    if page.title and not runs[Role.TITLE, ""]:
        yield "missing: title"
    if page.mark and not runs[Role.PAGE, ""]:
        yield "missing: page mark"
    if page.icon and not arrangement.plain and not any(kind is WidgetKind.ICON for kind, _ in drawn):
        yield "missing: icon"


def _wanted(fact: Fact) -> tuple[tuple[tuple[WidgetKind, ...], bool], ...]:
    return (
        ((WidgetKind.BAR, WidgetKind.RING), fact.level is not None),
        ((WidgetKind.TOGGLE,), fact.on is not None),
        ((WidgetKind.SPARKLINE,), bool(fact.history)),
    )


def _spells(runs: list[TextRun], shown: str) -> bool:
    """Return whether the runs together hold every character of `shown` once; only spaces may be skipped."""
    reached = 0
    for run in sorted(runs, key=lambda one: one.start):
        if run.start < reached or shown[reached : run.start].strip():
            return False
        if shown[run.start : run.start + len(run.text)] != run.text:
            return False
        reached = run.start + len(run.text)
    return bool(runs) and not shown[reached:].strip()


def _bounds(arrangement: Arrangement) -> Iterator[str]:
    whole = Box(0, 0, arrangement.panel.columns, arrangement.panel.rows)
    for thing in (*arrangement.runs, *arrangement.widgets):
        if not thing.box.inside(whole) or thing.box.w < 1 or thing.box.h < 1:
            yield f"out of bounds: {_name(thing)}"


def _too_small(arrangement: Arrangement, page: Page) -> Iterator[str]:
    sizes = {fact.key: size for fact, size in zip(page.facts, page.sizes, strict=True)}
    least = {Role.LABEL: page.text, Role.TITLE: page.text, Role.CHOICE: page.touch, Role.PAGE: 1}
    for run in arrangement.runs:
        # A unit may be smaller than its number.
        wanted = (sizes.get(run.key, 1) if run.start == 0 else 1) if run.role is Role.VALUE else least[run.role]
        if run.size < wanted:
            yield f"illegible: {_name(run)}"
    wide, high = touch_cells(arrangement.panel)
    for widget in arrangement.widgets:
        if widget.kind is WidgetKind.BUTTON and (widget.box.w < wide or widget.box.h < high):
            yield f"too small to touch: {widget.key}"


def _text_meets_text(arrangement: Arrangement) -> Iterator[str]:
    for one, other in combinations(arrangement.runs, 2):
        own = one.role is other.role and one.key == other.key
        if one.box.overlaps(other.box, 0 if own else MOAT):
            yield f"overlap: {_name(one)} and {_name(other)}"


def _text_meets_widget(arrangement: Arrangement) -> Iterator[str]:
    for widget in arrangement.widgets:
        for run in arrangement.runs:
            if not run.box.overlaps(widget.box, MOAT):
                continue
            if widget.kind is WidgetKind.RING:
                fine = run.role is Role.VALUE and run.key == widget.key and _in_ring(run.box, widget.box)
            elif widget.kind in _HOLDERS:
                own = widget.kind is not WidgetKind.BUTTON or (run.role is Role.CHOICE and run.key == widget.key)
                fine = own and _within(run.box, widget.box)
            else:
                fine = False
            if not fine:
                yield f"overlap: {_name(run)} and {_name(widget)}"


def _in_ring(text: Box, ring: Box) -> bool:
    """Return whether the text with its moat lies inside the ring's inner edge."""
    x, y, radius = ring.x + ring.w / 2, ring.y + ring.h / 2, ring.w / 2 - ring_width(ring.w)
    reach_x = max(x - text.x, text.x + text.w - x) + MOAT
    reach_y = max(y - text.y, text.y + text.h - y) + MOAT
    return math.hypot(reach_x, reach_y) <= radius


def _within(inner: Box, outer: Box) -> bool:
    return inner.inside(Box(outer.x + MOAT, outer.y + MOAT, outer.w - 2 * MOAT, outer.h - 2 * MOAT))


def _widgets_meet(arrangement: Arrangement) -> Iterator[str]:
    for one, other in combinations(arrangement.widgets, 2):
        if not one.box.overlaps(other.box, MOAT):
            continue
        big, small = (one, other) if one.box.w * one.box.h >= other.box.w * other.box.h else (other, one)
        if big.kind not in {WidgetKind.PANEL, WidgetKind.OUTLINE} or not _within(small.box, big.box):
            yield f"overlap: {_name(one)} and {_name(other)}"


def _association(arrangement: Arrangement, page: Page) -> Iterator[str]:
    """Check that each value is nearest its own label, and each label nearest its own value."""
    labelled = {fact.key for fact in page.facts if fact.label}
    gaps: defaultdict[tuple[str, str], float] = defaultdict(lambda: math.inf)
    for value in arrangement.runs:
        if value.role is not Role.VALUE:
            continue
        for label in arrangement.runs:
            if label.role is Role.LABEL:
                pair = value.key, label.key
                gaps[pair] = min(gaps[pair], gap(value.box, label.box))
    for (value_key, label_key), distance in gaps.items():
        if value_key == label_key:
            continue
        if value_key in labelled and distance <= gaps[value_key, value_key]:
            yield f"association: value of {value_key} is nearest the label of {label_key}"
        elif distance <= gaps[label_key, label_key]:
            yield f"association: label of {label_key} is nearest the value of {value_key}"


def gap(one: Box, other: Box) -> float:
    """Return the distance between two boxes in cells, 0 where they touch or overlap."""
    across = max(one.x - other.x - other.w, other.x - one.x - one.w, 0)
    down = max(one.y - other.y - other.h, other.y - one.y - one.h, 0)
    return math.hypot(across, down)


def _alike(arrangement: Arrangement, page: Page) -> Iterator[str]:
    """Check that abbreviation left no two different choices or labels with the same words."""
    whole = {(Role.CHOICE, choice.key): choice.text for choice in page.choices}
    whole |= {(Role.LABEL, fact.key): fact.label for fact in page.facts if fact.label}
    shown: dict[tuple[Role, str], str] = {}
    for run in arrangement.runs:
        if (run.role, run.key) in whole:
            shown[run.role, run.key] = shown.get((run.role, run.key), "") + run.text + "\n"
    seen: dict[tuple[Role, str], str] = {}
    for (role, key), text in shown.items():
        other = seen.setdefault((role, text), key)
        if other != key and whole[role, other] != whole[role, key]:
            yield f"alike: {role.value} {other} and {key}"


def _name(thing: TextRun | Widget) -> str:
    return f"{thing.role.value if isinstance(thing, TextRun) else thing.kind.name.lower()} {thing.key}".rstrip()
