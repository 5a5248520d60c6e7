# SPDX-License-Identifier: Apache-2.0
"""Ten families of layouts: each carves the lattice into title, icon, buttons and facts, with proportions at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from phosphene.painter import tokens as words
from phosphene.painter.arrange import Tokens
from phosphene.painter.form import Align, Surface
from phosphene.painter.page import Page
from phosphene.painter.panel import LATTICE, Panel
from phosphene.painter.scene import Hand, Intent, Urgency
from phosphene.painter.tokens import Edges, Family
from recipes.composer.chance import one_of, weighted
from recipes.composer.fact_areas import put_facts
from recipes.composer.room import Tape, button_room


def draw_boxes(rng: np.random.Generator, page: Page, panel: Panel, tokens: Tokens) -> bool:
    """Write family, alignment, surface, forms and boxes into `tokens`; False when this draw has no room."""
    tape = Tape.of(panel)
    family = _family(rng, page)
    align = _align(rng, family)
    surface = _surface(rng, page, family)
    tokens[words.PAGE["family"]] = family
    tokens[words.PAGE["align"]] = align
    tokens[words.PAGE["surface"]] = surface
    margin_x = weighted(rng, (0.15, 0.65, 0.2) if tape.wide < 1.5 else (0.0, 0.75, 0.25))
    margin_y = weighted(rng, (0.6, 0.4) if tape.high < 1.5 else (0.25, 0.75))
    area = Edges(margin_x, margin_y, LATTICE[0] - margin_x, LATTICE[1] - margin_y)
    if page.mark and rng.random() < 0.5 and tape.high >= 1.5:
        # The page mark takes the last row when the first is full.
        area = replace(area, bottom=area.bottom - 1)
    rest = _buttons(rng, page, panel, tape, family, align, area, tokens) if page.choices else area
    if rest is None:
        return False
    rest = _heading(rng, page, tape, family, align, surface, rest, tokens)
    if rest is None:
        return False
    if surface in {Surface.CARD, Surface.OUTLINE}:
        rest = Edges(rest.left + 1, rest.top + 1, rest.right - 1, rest.bottom - 1)
    rest = _aside(rng, page, align, rest)
    return not page.facts or put_facts(rng, page, tape, family, align, surface, rest, tokens)


def _aside(rng: np.random.Generator, page: Page, align: Align, area: Edges) -> Edges:
    """Return the area, now and then with one side left free: a screen need not be symmetrical to be balanced."""
    room = area.right - area.left
    if len(page.facts) > 2 or room < 12 or rng.random() > 0.35:
        return area
    free = int(rng.integers(2, room // 2 - 2))
    if align is Align.CENTRE:
        return replace(area, left=area.left + free // 2, right=area.right - free // 2)
    return replace(area, right=area.right - free) if align is Align.START else replace(area, left=area.left + free)


def _family(rng: np.random.Generator, page: Page) -> Family:
    facts = len(page.facts)
    weights = [1.0] * len(Family)
    for family in (Family.SPLIT, Family.TILES):
        weights[family] = 0.0 if facts < 2 else 1.2
    weights[Family.ROWS] = 1.6 if facts > 2 else 0.5
    weights[Family.DIAL] = 2.5 if facts and page.facts[0].level is not None else 0.0
    weights[Family.BANNER] = 1.2 if page.title else 0.0
    weights[Family.POSTER] = (1.6 if page.scene.intent in {Intent.GREET, Intent.ASK} else 0.7) if page.title else 0.0
    weights[Family.SIDEBAR] = 1.2 if page.choices else 0.0
    weights[Family.FOOTER] = 0.9 if page.title or page.icon else 0.0
    if facts > 3:
        weights[Family.POSTER] = weights[Family.FOOTER] = 0.1
    if not facts:
        weights[Family.HERO] = weights[Family.ROWS] = weights[Family.COLUMN] = 0.0
    return Family(weighted(rng, weights))


def _align(rng: np.random.Generator, family: Family) -> Align:
    if family in {Family.DIAL, Family.BANNER}:
        shares = (0.15, 0.75, 0.1)
    elif family in {Family.ROWS, Family.SPLIT}:
        shares = (0.7, 0.1, 0.2)
    else:
        shares = (0.45, 0.38, 0.17)
    return Align(weighted(rng, shares))


def _surface(rng: np.random.Generator, page: Page, family: Family) -> Surface:
    weights = [0.5, 0.14, 0.1, 0.1, 0.1]
    if family is Family.TILES:
        weights[Surface.CARDS] += 0.5
    if family is Family.BANNER or page.scene.urgency is Urgency.URGENT:
        weights[Surface.BAND] += 0.6
    if not page.title:
        weights[Surface.BAND] = 0
    if not page.facts:
        weights[Surface.CARD] = weights[Surface.CARDS] = weights[Surface.OUTLINE] = 0
    return Surface(weighted(rng, weights))


def hand_end(page: Page) -> int:
    """Return where the hand is in reading direction: -1 at the start, 1 at the end, 0 for neither."""
    context = page.scene.context
    side = {Hand.LEFT: -1, Hand.RIGHT: 1, Hand.NONE: 0}[context.hand]
    return -side if context.right_to_left else side


def _buttons(
    rng: np.random.Generator,
    page: Page,
    panel: Panel,
    tape: Tape,
    family: Family,
    align: Align,
    area: Edges,
    tokens: Tokens,
) -> Edges | None:
    """Write the buttons; return what is left of the area."""
    wide, high = button_room(page, panel, tape)
    count = len(page.choices)
    side = hand_end(page)
    if family is Family.SIDEBAR or (side and count > 1 and rng.random() < 0.12):
        at_end = side > 0 or (side == 0 and rng.random() < 0.6)
        wide = min(max(wide, int(rng.integers(4, 8))), 9)
        spare = area.bottom - area.top - count * (high + 1) + 1
        if spare < 0:
            return None
        high += min(int(rng.integers(0, 3)), spare // count)
        left = area.right - wide if at_end else area.left
        spare = area.bottom - area.top - count * (high + 1) + 1
        top = area.bottom - count * (high + 1) + 1 - (int(rng.integers(0, spare + 1)) if rng.random() < 0.4 else 0)
        for number in range(count):
            y = top + number * (high + 1)
            words.put_edges(tokens, words.FIRST_CHOICE + number, Edges(left, y, left + wide, y + high))
        return replace(area, right=left - 1) if at_end else replace(area, left=left + wide + 1)
    rows = 1 if count * (wide + 1) - 1 <= area.right - area.left and (count < 4 or rng.random() < 0.8) else 2
    across = -(-count // rows)
    most = (area.right - area.left - across + 1) // across
    if most < min(wide, 4):
        return None
    full = rng.random() < (0.45 if side == 0 else 0.2) or most <= wide
    width = most if full else int(rng.integers(wide, min(most, wide + 4) + 1))
    high += int(rng.random() < 0.25)
    total = across * (width + 1) - 1
    spare = area.right - area.left - total
    if side and rng.random() < 0.9:
        left = area.left + (spare if side > 0 else 0)
    else:
        left = area.left + (0, spare // 2, spare)[align]
    top = area.bottom - rows * (high + 1) + 1
    if top <= area.top + (3 if page.facts else 0):
        return None
    for number in range(count):
        x, y = left + number % across * (width + 1), top + number // across * (high + 1)
        words.put_edges(tokens, words.FIRST_CHOICE + number, Edges(x, y, x + width, y + high))
    return replace(area, bottom=top - 1)


def _heading(
    rng: np.random.Generator,
    page: Page,
    tape: Tape,
    family: Family,
    align: Align,
    surface: Surface,
    area: Edges,
    tokens: Tokens,
) -> Edges | None:
    """Write title and icon; return what is left of the area."""
    icon = tape.down(one_of(rng, (3, 4, 4, 4))) if page.icon else 0
    wide_icon = tape.across(round(icon * tape.high)) if icon else 0
    if not page.title:
        return _lone_icon(rng, page, align, area, icon, wide_icon, tokens) if icon else area
    size = page.text
    whole = area.bottom - area.top
    if not page.facts:
        high = whole
    elif family in {Family.POSTER, Family.FOOTER}:
        high = int(round(whole * rng.uniform(0.3, 0.5)))
    else:
        larger = size + weighted(rng, (0.45, 0.4, 0.15))
        lines = 2 if len(page.title) * size > (area.right - area.left) * tape.wide else 1
        high = tape.down(2 * larger * lines)
    high = max(high, 1)
    top = area.top if surface is not Surface.BAND else max(area.top, int(tape.high >= 1.5))
    left, right = area.left, area.right
    # Under the facts instead of over them.
    low = bool(page.facts) and surface is not Surface.BAND and rng.random() < 0.14
    if low:
        top = area.bottom - high
    if icon:
        over = not low and align is Align.CENTRE and whole - high - icon > 5 and rng.random() < 0.5
        if over or not page.facts:
            if not page.facts:
                high = whole - icon - 1
            x = (left, (left + right - wide_icon) // 2, right - wide_icon)[align]
            words.put_edges(tokens, words.ICON, Edges(x, top, x + wide_icon, top + icon))
            top += icon + (0 if tape.high >= 2 else 1)
        else:
            high = max(high, icon)
            top = area.bottom - high if low else top
            at_end = align is Align.END or (align is Align.START and rng.random() < 0.5)
            x = right - wide_icon if at_end else left
            words.put_edges(tokens, words.ICON, Edges(x, top, x + wide_icon, top + high))
            left, right = (left, x - 1) if at_end else (x + wide_icon + 1, right)
    if right - left < 3 or top + high > area.bottom:
        return None
    words.put_edges(tokens, words.TITLE, Edges(left, top, right, top + high))
    if low:
        return replace(area, bottom=top - 1)
    air = 1 if tape.high < 2 or rng.random() < 0.5 or surface is Surface.BAND else 0
    return replace(area, top=top + high + air)


def _lone_icon(
    rng: np.random.Generator, page: Page, align: Align, area: Edges, high: int, wide: int, tokens: Tokens
) -> Edges:
    """Write an icon without a title: above, or at the end of the first rows."""
    if not page.facts:
        x = (area.left + area.right - wide) // 2
        words.put_edges(tokens, words.ICON, Edges(x, area.top, x + wide, area.bottom))
        return area
    if align is Align.CENTRE or rng.random() < 0.3:
        x = (area.left, (area.left + area.right - wide) // 2, area.right - wide)[align]
        words.put_edges(tokens, words.ICON, Edges(x, area.top, x + wide, area.top + high))
        return replace(area, top=area.top + high + 1)
    at_end = align is Align.START
    x = area.right - wide if at_end else area.left
    words.put_edges(tokens, words.ICON, Edges(x, area.top, x + wide, area.top + high))
    return replace(area, right=x - 1) if at_end else replace(area, left=x + wide + 1)
