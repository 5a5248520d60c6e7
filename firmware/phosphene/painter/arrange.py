# SPDX-License-Identifier: Apache-2.0
"""Tokens and a page become an arrangement: boxes rounded to cells, text fitted into them, shared edges and sizes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from phosphene.painter import tokens as words
from phosphene.painter.fact_box import place_fact
from phosphene.painter.fit import SIZES
from phosphene.painter.form import Align, FactForm, LabelForm, Placed, Surface, WidgetForm, around, grown
from phosphene.painter.mirror import mirrored
from phosphene.painter.other_boxes import place_choice, place_icon, place_mark, place_text
from phosphene.painter.page import Page
from phosphene.painter.panel import LATTICE, Panel
from phosphene.painter.placement import (
    Arrangement,
    Box,
    Decoration,
    DecorationKind,
    Ink,
    Role,
    Style,
    TextRun,
    Theme,
    Widget,
    WidgetKind,
)
from phosphene.painter.shared_size import label_columns, same_shape

Tokens = NDArray[np.int64]
_TITLE_INK = (Ink.MAIN, Ink.ACCENT, Ink.MUTED)


def padding(panel: Panel) -> int:
    """Return how many cells lie between a card's edge and what it holds."""
    return max(1, panel.columns // 40)


def cells(box: words.Edges, panel: Panel) -> Box:
    """Return the lattice box in cells of the panel, rounded down; boxes that meet on the lattice meet in cells."""
    left, right = (x * panel.columns // LATTICE[0] for x in (box.left, box.right))
    top, bottom = (y * panel.rows // LATTICE[1] for y in (box.top, box.bottom))
    return Box(left, top, right - left, bottom - top)


def arrange(page: Page, tokens: Tokens, panel: Panel) -> Arrangement:
    """Return what the tokens say. What doesn't fit its box is missing, which `problems` reports; nothing is cut."""
    align = Align(tokens[words.PAGE["align"]])
    surface = Surface(tokens[words.PAGE["surface"]])
    boxes = [
        None if (edges := words.edges(tokens, element)) is None else cells(edges, panel)
        for element in range(words.ELEMENTS)
    ]
    placed = Placed()
    facts = _facts(page, tokens, boxes, align, inset=padding(panel) if surface is Surface.CARDS else 0)
    main = max([fact.size for fact in facts], default=SIZES[-1])
    title = _title(page, tokens, boxes[words.TITLE], align)
    for part in [title, *facts, *_choices(page, boxes, main)]:
        placed.add(part)
    icon = boxes[words.ICON]
    if page.icon and icon is not None and (drawn := place_icon(page.icon, icon, align)) is not None:
        placed.add(drawn)
    under = _surface(surface, page, boxes, placed, panel)
    if page.mark:
        # A number and its small unit count as one box: mirrored, they change places in it.
        texts = {(run.role, run.key): [one.box for one in placed.runs if _same(one, run)] for run in placed.runs}
        taken = [around(boxes) for boxes in texts.values()] + [widget.box for widget in (*placed.widgets, *under)]
        if (mark := place_mark(page.mark, panel, taken)) is not None:
            placed.runs.append(mark)
    arrangement = Arrangement(
        panel,
        style(tokens),
        tuple(placed.runs),
        (*under, *placed.widgets),
        decoration(tokens, panel),
        page.number,
        page.count,
    )
    return mirrored(arrangement) if page.scene.context.right_to_left else arrangement


def _same(one: TextRun, other: TextRun) -> bool:
    return one.role is other.role and one.key == other.key


def style(tokens: Tokens) -> Style:
    """Return the tokens of look."""
    theme, hue, accent, vivid, font = (
        int(tokens[words.PAGE[name]]) for name in ("theme", "hue", "accent", "vivid", "font")
    )
    return Style(Theme(theme), hue, accent, font, vivid)


def decoration(tokens: Tokens, panel: Panel) -> Decoration:
    """Return what stands behind everything."""
    kind, x, y, size = (
        int(tokens[words.PAGE[name]]) for name in ("decoration", "decoration_x", "decoration_y", "decoration_size")
    )
    wide, high = panel.columns / LATTICE[0], panel.rows / LATTICE[1]
    return Decoration(
        DecorationKind(kind), (2 * x - 1) * wide, (2 * y - 1) * high, words.DECORATION_SIZES[size] * min(wide, high)
    )


def _facts(page: Page, tokens: Tokens, boxes: list[Box | None], align: Align, inset: int) -> list[Placed]:
    label_ink = Ink.ACCENT if tokens[words.PAGE["label_ink"]] else Ink.MUTED
    small_unit = bool(tokens[words.PAGE["small_unit"]])
    forms: list[FactForm] = []
    inner: list[Box | None] = []
    for number in range(len(page.facts)):
        at = words.FORM_AT[words.FIRST_FACT + number]
        # A draw that ran out of room leaves the rest undecided; its boxes are missing anyway.
        label, widget = LabelForm(max(0, int(tokens[at]))), WidgetForm(max(0, int(tokens[at + 1])))
        apart = page.label_apart(page.facts[number])
        forms.append(FactForm(label, widget, align, small_unit, label_ink, apart=apart))
        box = boxes[words.FIRST_FACT + number]
        box = None if box is None else grown(box, -inset)
        inner.append(box if box is not None and min(box.w, box.h) > 0 else None)
    forms = label_columns(page, forms, inner)
    placed = [
        None if box is None else place_fact(fact, box, form, smallest, page.text)
        for fact, form, box, smallest in zip(page.facts, forms, inner, page.sizes, strict=True)
    ]
    # Equal boxes hold equal sizes, so that rows and tiles look like one family.
    for group in same_shape(inner, forms):
        sizes = {one.size for number in group if (one := placed[number]) is not None}
        if len(sizes) > 1:
            for number in group:
                box, cap = inner[number], max(min(sizes), page.sizes[number])
                if box is not None:
                    form = replace(forms[number], cap=cap)
                    again = place_fact(page.facts[number], box, form, page.sizes[number], page.text)
                    placed[number] = again if again is not None else placed[number]
    return [one for one in placed if one is not None]


def _title(page: Page, tokens: Tokens, box: Box | None, align: Align) -> Placed:
    if not page.title or box is None:
        return Placed()
    ink = _TITLE_INK[int(tokens[words.PAGE["title_ink"]])]
    return place_text(Role.TITLE, "", page.title, box, align, ink, page.text, SIZES[-1]) or Placed()


def _choices(page: Page, boxes: list[Box | None], cap: int) -> list[Placed]:
    """Return the buttons, their text in one size: none speaks louder than its neighbour, or than the facts."""
    pairs = [
        (choice, box) for choice, box in zip(page.choices, boxes[words.FIRST_CHOICE :], strict=False) if box is not None
    ]
    cap = max(cap, page.touch)
    placed = [place_choice(choice, box, page.touch, cap, page.choice_apart(choice)) for choice, box in pairs]
    sizes = {one.size for one in placed if one is not None}
    if len(sizes) > 1:
        cap = min(sizes)
        placed = [place_choice(choice, box, page.touch, cap, page.choice_apart(choice)) for choice, box in pairs]
    return [one for one in placed if one is not None]


def _surface(surface: Surface, page: Page, boxes: list[Box | None], placed: Placed, panel: Panel) -> tuple[Widget, ...]:
    facts = [box for box in boxes[words.FIRST_FACT : words.FIRST_FACT + len(page.facts)] if box is not None]
    pad = padding(panel)
    if surface is Surface.CARDS:
        return tuple(
            Widget(WidgetKind.PANEL, box, fact.key)
            for fact, box in zip(page.facts, boxes[words.FIRST_FACT : words.FIRST_CHOICE], strict=False)
            if box is not None
        )
    if surface in {Surface.CARD, Surface.OUTLINE} and facts:
        kind = WidgetKind.PANEL if surface is Surface.CARD else WidgetKind.OUTLINE
        return (Widget(kind, grown(around(facts), pad)),)
    title = [run.box for run in placed.runs if run.role is Role.TITLE]
    if surface is Surface.BAND and title:
        icons = [widget.box for widget in placed.widgets if widget.kind is WidgetKind.ICON]
        band = around(title)
        beside = [icon for icon in icons if icon.y < band.y + band.h and band.y < icon.y + icon.h]
        band = around([band, *beside])
        low = 2 * band.y + band.h > panel.rows
        top = band.y - pad if low else 0
        return (
            Widget(WidgetKind.PANEL, Box(0, top, panel.columns, (panel.rows if low else band.y + band.h + pad) - top)),
        )
    return ()
