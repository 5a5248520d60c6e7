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
from phosphene.painter.scene import Intent, Urgency
from phosphene.painter.tokens import Edges, Family
from recipes.composer.buttons import put_buttons
from recipes.composer.chance import weighted
from recipes.composer.fact_areas import put_facts
from recipes.composer.headings import put_heading
from recipes.composer.room import Tape


def draw_boxes(rng: np.random.Generator, page: Page, panel: Panel, tokens: Tokens, *, tight: bool = False) -> bool:
    """Write family, alignment, surface, forms and boxes into `tokens`; False when this draw has no room.

    `tight` saves room wherever it can: for pages on which freer draws have failed.
    """
    tape = Tape.of(panel)
    family = _family(rng, page)
    align = _align(rng, family)
    surface = Surface.NONE if tight else _surface(rng, page, family)
    tokens[words.PAGE["family"]] = family
    tokens[words.PAGE["align"]] = align
    tokens[words.PAGE["surface"]] = surface
    margin_x = weighted(rng, (0.15, 0.65, 0.2) if tape.wide < 1.5 else (0.0, 0.75, 0.25))
    margin_y = weighted(rng, (0.6, 0.4) if tape.high < 1.5 else (0.25, 0.75))
    if tight:
        margin_x, margin_y = int(rng.random() < 0.5), 0
    area = Edges(margin_x, margin_y, LATTICE[0] - margin_x, LATTICE[1] - margin_y)
    if page.mark and rng.random() < 0.5 and tape.high >= 1.5:
        # The page mark takes the last row when the first is full.
        area = replace(area, bottom=area.bottom - 1)
    rest = put_buttons(rng, page, panel, tape, family, align, area, tokens, tight=tight) if page.choices else area
    if rest is None:
        return False
    rest = put_heading(rng, page, tape, family, align, surface, rest, tokens, tight=tight)
    if rest is None:
        return False
    if surface in {Surface.CARD, Surface.OUTLINE}:
        rest = Edges(rest.left + 1, rest.top + 1, rest.right - 1, rest.bottom - 1)
    if not tight:
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
        weights[Family.ROWS] = weights[Family.COLUMN] = 0.0
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
