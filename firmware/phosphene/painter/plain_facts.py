# SPDX-License-Identifier: Apache-2.0
"""The facts of a plain layout: in rows of one or two, each as high as it needs, what is left shared by all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from phosphene.painter.ease import Ease
from phosphene.painter.fact_box import place_fact
from phosphene.painter.fit import SIZES
from phosphene.painter.form import FactForm, LabelForm, Placed
from phosphene.painter.page import Page
from phosphene.painter.panel import CELL, LARGEST
from phosphene.painter.placement import Box
from phosphene.painter.scene import Fact


def facts_in_rows(page: Page, body: Box, ease: Ease) -> Iterator[Placed]:
    """Yield the facts in one column and in two, labels over values and beside them."""
    count = len(page.facts)
    if not count:
        yield Placed()
        return
    if body.w < 1 or body.h < 2:
        return
    for across in (1, 2) if count > 1 else (1,):
        each = (body.w - 2 * ease.gap * (across - 1)) // across
        for label in (LabelForm.OVER, LabelForm.BESIDE):
            heights = _heights(page, each, body.h, across, label)
            if heights is None:
                continue
            heights = [ease.up(height) for height in heights]
            if sum(heights) + ease.gap * (len(heights) - 1) > body.h * (1 - ease.air):
                continue
            for cap in (SIZES[-1], max(page.sizes)):
                placed = _rows(page, body, each, heights, FactForm(label=label, cap=cap), ease.gap)
                if placed is not None:
                    yield placed


def _heights(page: Page, width: int, room: int, across: int, label: LabelForm) -> list[int] | None:
    """Return the least height of each row of `across` facts, or None when they are higher than the room together."""
    heights: list[int] = []
    for first in range(0, len(page.facts), across):
        row = range(first, min(first + across, len(page.facts)))
        heights.append(max(_least(page, n, width, label) for n in row))
        if sum(heights) > room:
            return None
    return heights


def _rows(page: Page, body: Box, width: int, heights: list[int], form: FactForm, gap: int) -> Placed | None:
    """Return the facts in their rows: each takes what it needs, then all share what is left."""
    across = -(-len(page.facts) // len(heights))
    share = (body.h - sum(heights) - gap * (len(heights) - 1)) // len(heights)
    placed = Placed()
    y = body.y
    for index, height in enumerate(heights):
        for number in range(index * across, min((index + 1) * across, len(page.facts))):
            box = Box(body.x + number % across * (width + 2 * gap), y, width, height + share)
            own = replace(form, apart=page.label_apart(page.facts[number]))
            one = place_fact(page.facts[number], box, own, page.sizes[number], page.text)
            if one is None:
                return None
            placed.add(one)
        y += height + share + gap
    return placed


def _least(page: Page, number: int, width: int, label: LabelForm) -> int:
    fact, size = page.facts[number], page.sizes[number]
    form = FactForm(label=label, cap=size, apart=page.label_apart(fact))
    return _least_height(fact, size, page.text, width, form)


# Pages are tried in many ways: the same facts are measured at the same few widths again and again.
@lru_cache(maxsize=256)
def _least_height(fact: Fact, size: int, text: int, width: int, form: FactForm) -> int:
    """Return the least height that the fact fits in with its value at `size`; more than any panel has, if in none."""
    low, high = 2 * size, LARGEST[1] // CELL
    if place_fact(fact, Box(0, 0, width, high), form, size, text) is None:
        return high + 1
    while low < high:
        middle = (low + high) // 2
        if place_fact(fact, Box(0, 0, width, middle), form, size, text) is None:
            low = middle + 1
        else:
            high = middle
    return low
