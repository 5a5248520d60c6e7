# SPDX-License-Identifier: Apache-2.0
"""How each family shares an area between facts, and which forms it gives them."""

from __future__ import annotations

import numpy as np

from phosphene.painter import tokens as words
from phosphene.painter.arrange import Tokens
from phosphene.painter.form import Align, LabelForm, Surface, WidgetForm
from phosphene.painter.page import Page
from phosphene.painter.scene import Fact
from phosphene.painter.tokens import Edges, Family
from recipes.composer.chance import one_of
from recipes.composer.room import Tape, fact_room


def put_facts(
    rng: np.random.Generator,
    page: Page,
    tape: Tape,
    family: Family,
    align: Align,
    surface: Surface,
    area: Edges,
    tokens: Tokens,
) -> bool:
    """Write forms and boxes of all facts into `tokens`; False when the area is too small for them."""
    count = len(page.facts)
    width, height = area.right - area.left, area.bottom - area.top
    if width < 2 or height < 1:
        return False
    # On coarse panels a lattice step is one cell; on fine ones it holds the moat and some air already.
    gap = 1
    forms = _forms(rng, page, tape, family, surface, area)
    for number, (label, widget) in enumerate(forms):
        at = words.FORM_AT[words.FIRST_FACT + number]
        tokens[at], tokens[at + 1] = label, widget
    if count == 1:
        boxes = [_single(rng, page, tape, forms[0], area)]
    elif family in {Family.TILES, Family.POSTER, Family.FOOTER}:
        boxes = _tiles(rng, area, count, gap)
    elif family is Family.SPLIT or (family is Family.DIAL and width > height):
        share = round(width * rng.uniform(0.42, 0.62))
        first = Edges(area.left, area.top, area.left + share, area.bottom)
        second = Edges(area.left + share + gap, area.top, area.right, area.bottom)
        if align is Align.END and rng.random() < 0.7:
            second = Edges(area.left, area.top, area.right - share - gap, area.bottom)
            first = Edges(area.right - share, area.top, area.right, area.bottom)
        boxes = [first, *_rows(rng, second, count - 1, gap)]
    elif family in {Family.HERO, Family.BANNER, Family.DIAL} or (family is Family.SIDEBAR and rng.random() < 0.5):
        share = round(height * rng.uniform(0.42, 0.66))
        first = Edges(area.left, area.top, area.right, area.top + share)
        rest = Edges(area.left, area.top + share + gap, area.right, area.bottom)
        boxes = [first, *(_tiles(rng, rest, count - 1, gap))]
    else:
        boxes = _rows(rng, area, count, gap)
    for number, box in enumerate(boxes):
        if box.right <= box.left or box.bottom <= box.top:
            return False
        words.put_edges(tokens, words.FIRST_FACT + number, box)
    return True


def _forms(
    rng: np.random.Generator, page: Page, tape: Tape, family: Family, surface: Surface, area: Edges
) -> list[tuple[LabelForm, WidgetForm]]:
    """Return the forms: alike for all, but for a hero that may have its own."""
    beside = 0.9 if family is Family.ROWS else 0.3 if family is Family.COLUMN and len(page.facts) > 3 else 0.05
    label = LabelForm.BESIDE if rng.random() < beside else LabelForm.UNDER if rng.random() < 0.28 else LabelForm.OVER
    widget = WidgetForm.BESIDE if rng.random() < 0.3 else WidgetForm.UNDER
    forms = [(label, widget)] * len(page.facts)
    first = page.facts[0]
    if family is Family.DIAL or (family in {Family.TILES, Family.SPLIT} and rng.random() < 0.35):
        around = range(1) if family is Family.DIAL else range(len(page.facts))
        for number in around:
            if page.facts[number].level is not None:
                forms[number] = (LabelForm.UNDER if rng.random() < 0.5 else LabelForm.OVER, WidgetForm.AROUND)
    elif len(page.facts) > 1 and family in {Family.HERO, Family.SPLIT, Family.BANNER} and rng.random() < 0.5:
        forms[0] = (LabelForm.OVER if rng.random() < 0.6 else LabelForm.UNDER, widget)
    if first.level is None and not first.history and first.on is None:
        forms[0] = (forms[0][0], WidgetForm.UNDER)
    return [(kind, _plain_widget(fact, drawn)) for fact, (kind, drawn) in zip(page.facts, forms, strict=True)]


def _plain_widget(fact: Fact, widget: WidgetForm) -> WidgetForm:
    """Return a form that the fact can have: without anything to draw, the first one stands for all."""
    drawn = fact.level is not None or fact.on is not None or bool(fact.history)
    return widget if drawn else WidgetForm.UNDER


def _single(rng: np.random.Generator, page: Page, tape: Tape, form: tuple[LabelForm, WidgetForm], area: Edges) -> Edges:
    """Return a box for the only fact: as high as its size asks for, or the whole area."""
    fact = page.facts[0]
    size = max(page.sizes[0], one_of(rng, (2, 3, 4, 6, 6)))
    _, high = fact_room(fact, size, page.text, *form, tape)
    spare = area.bottom - area.top - high
    if spare <= 0 or rng.random() < 0.25:
        return area
    top = area.top + (one_of(rng, (0, spare // 2, spare)) if rng.random() < 0.6 else int(rng.integers(spare + 1)))
    return Edges(area.left, top, area.right, top + high)


def _rows(rng: np.random.Generator, area: Edges, count: int, gap: int) -> list[Edges]:
    """Return equal rows, the rest of the division left free above, below or both."""
    each = (area.bottom - area.top - gap * (count - 1)) // count
    if each > 4 and rng.random() < 0.3:
        each -= 1
    spare = area.bottom - area.top - each * count - gap * (count - 1)
    top = area.top + one_of(rng, (0, spare // 2, spare))
    return [Edges(area.left, y, area.right, y + each) for y in (top + number * (each + gap) for number in range(count))]


def _tiles(rng: np.random.Generator, area: Edges, count: int, gap: int) -> list[Edges]:
    """Return equal tiles: one row, or as square as can be."""
    across = count if count <= 3 and rng.random() < 0.6 else -(-count // (3 if count > 4 and rng.random() < 0.4 else 2))
    across = max(1, across)
    down = -(-count // across)
    wide = (area.right - area.left - gap * (across - 1)) // across
    high = (area.bottom - area.top - gap * (down - 1)) // down
    left = area.left + (area.right - area.left - wide * across - gap * (across - 1)) // 2
    return [
        Edges(x, y, x + wide, y + high)
        for x, y in (
            (left + number % across * (wide + gap), area.top + number // across * (high + gap))
            for number in range(count)
        )
    ]
