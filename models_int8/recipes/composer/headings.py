# SPDX-License-Identifier: Apache-2.0
"""Where the teacher puts title and icon."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from phosphene.painter import tokens as words
from phosphene.painter.arrange import Tokens
from phosphene.painter.form import Align, Surface
from phosphene.painter.page import Page
from phosphene.painter.tokens import Edges, Family
from recipes.composer.chance import one_of, weighted
from recipes.composer.room import Tape


def put_heading(
    rng: np.random.Generator,
    page: Page,
    tape: Tape,
    family: Family,
    align: Align,
    surface: Surface,
    area: Edges,
    tokens: Tokens,
    *,
    tight: bool,
) -> Edges | None:
    """Write title and icon; return what is left of the area."""
    icon = tape.down(one_of(rng, (2, 3) if tight else (3, 4, 4, 4))) if page.icon else 0
    wide_icon = tape.across(round(icon * tape.high)) if icon else 0
    if not page.title:
        return _lone_icon(rng, page, align, area, icon, wide_icon, tokens) if icon else area
    size = page.text
    whole = area.bottom - area.top
    if not page.facts:
        high = whole
    elif family in {Family.POSTER, Family.FOOTER}:
        high = round(whole * rng.uniform(0.3, 0.5))
    else:
        larger = size + (0 if tight else weighted(rng, (0.45, 0.4, 0.15)))
        lines = 2 if len(page.title) * size > (area.right - area.left) * tape.wide else 1
        if tight and rng.random() < 0.6:
            # One line, abbreviated.
            lines = 1
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
        alone = not page.facts and whole - icon - 1 >= tape.down(4 * size) and rng.random() < 0.7
        if over or alone:
            if alone:
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
