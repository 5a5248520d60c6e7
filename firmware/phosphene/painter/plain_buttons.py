# SPDX-License-Identifier: Apache-2.0
"""The choices of a plain layout: buttons of one size at the bottom."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene.painter.ease import Ease
from phosphene.painter.fit import whole_lines
from phosphene.painter.form import Placed
from phosphene.painter.legibility import touch_cells
from phosphene.painter.other_boxes import BUTTON_MARGIN, place_choice
from phosphene.painter.page import Page
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Box


def buttons_below(page: Page, panel: Panel, whole: Box, ease: Ease) -> Iterator[Placed]:
    """Yield the choices at the bottom of `whole`: in one row, in two columns, under each other."""
    count = len(page.choices)
    if not count:
        yield Placed()
        return
    wide, high = touch_cells(panel)
    for across in sorted({count, min(2, count), 1}, reverse=True):
        rows = -(-count // across)
        each = (whole.w - ease.gap * (across - 1)) // across // ease.step * ease.step
        if each < wide:
            continue
        lines = _lines(page, (each - 2 * BUTTON_MARGIN) // page.touch)
        if lines is None and across > 1:
            continue
        heights = {max(high, 2 * page.touch * most + 2 * BUTTON_MARGIN) for most in (1, lines or 2)}
        for height in sorted(heights, reverse=True):
            tall = ease.up(height)
            top = whole.y + whole.h - rows * (tall + ease.gap) + ease.gap
            places = (divmod(number, across) for number in range(count))
            boxes = [
                Box(whole.x + column * (each + ease.gap), top + row * (tall + ease.gap), each, tall)
                for row, column in places
            ]
            if (placed := _in_boxes(page, boxes)) is not None:
                yield placed


def _in_boxes(page: Page, boxes: list[Box]) -> Placed | None:
    """Return the buttons, or None where the text of one doesn't fit its box."""
    placed = Placed()
    for choice, box in zip(page.choices, boxes, strict=True):
        one = place_choice(choice, box, page.touch, page.touch, page.choice_apart(choice))
        if one is None:
            return None
        placed.add(one)
    return placed


def _lines(page: Page, columns: int) -> int | None:
    """Return how many lines the longest text takes whole, 1 or 2; None where one would have to be abbreviated."""
    for most in (1, 2):
        if columns > 0 and all(whole_lines(choice.text, columns, most) for choice in page.choices):
            return most
    return None
