# SPDX-License-Identifier: Apache-2.0
"""The layout of last resort: title, facts in rows, buttons at the bottom. No network has a say in it."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene.painter.charset import SceneError
from phosphene.painter.fact_box import place_fact
from phosphene.painter.fit import SIZES, whole_lines
from phosphene.painter.form import Align, FactForm, LabelForm, Placed
from phosphene.painter.legibility import touch_cells
from phosphene.painter.mirror import mirrored
from phosphene.painter.other_boxes import MARK_HEIGHT, place_choice, place_mark, place_text
from phosphene.painter.page import Page
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Arrangement, Box, Ink, Role, Style, Theme
from phosphene.painter.problems import found
from phosphene.painter.scene import ColourVision, Context

# Below this a room counts as dark.
DARK = 0.35


def plain(page: Page, panel: Panel, margin: int = 0, air: float = 0.0) -> Arrangement:
    """Return a valid arrangement that uses no decoration.

    `margin` cells stay free on every side, and the share `air` of the height that the facts get.

    Raises:
        SceneError: the page can't be shown on this panel whole; the error names what needs more room.
    """
    for candidate in _candidates(page, panel, margin, air):
        if next(found(candidate, page), None) is None:
            return candidate
    long = max(page.facts, key=lambda fact: len(fact.shown), default=None)
    what = f"{long.shown!r}" if long is not None else f"the title {page.title!r}"
    raise SceneError(
        f"{len(page.facts)} facts and {len(page.choices)} choices, {what} among them, don't fit "
        f"{panel.width}x{panel.height}",
        place="scene",
        cure="use a larger panel, or shorten the longest value where it is made: a value is never cut",
    )


def _candidates(page: Page, panel: Panel, margin: int, air: float) -> Iterator[Arrangement]:
    whole = Box(margin, margin, panel.columns - 2 * margin, panel.rows - 2 * margin)
    for title_size in sorted({page.text, max(1, min(2, page.text))}, reverse=True):
        for title_lines in (1, 2):
            top = _top(page, panel, whole, title_size, title_lines)
            if top is None:
                continue
            for buttons in _buttons(page, panel, whole):
                head, low = top
                foot = min([run_box.box.y for run_box in buttons.widgets], default=whole.y + whole.h + 1)
                body = Box(whole.x, low, whole.w, foot - 1 - low)
                for facts in _facts(page, body, air):
                    yield _arrangement(page, panel, [head, facts, buttons])
            if page.title and len(page.title) * title_size <= whole.w:
                break


def _arrangement(page: Page, panel: Panel, parts: list[Placed]) -> Arrangement:
    placed = Placed()
    for part in parts:
        placed.add(part)
    if page.mark:
        taken = [run.box for run in placed.runs] + [widget.box for widget in placed.widgets]
        mark = place_mark(page.mark, panel, taken)
        placed.runs += [] if mark is None else [mark]
    arrangement = Arrangement(
        panel,
        plain_style(page.scene.context),
        tuple(placed.runs),
        tuple(placed.widgets),
        page=page.number,
        pages=page.count,
        plain=True,
    )
    return mirrored(arrangement) if page.scene.context.right_to_left else arrangement


def plain_style(context: Context) -> Style:
    """Return the quietest style for this light and these eyes."""
    strong = context.colour_vision is ColourVision.HIGH_CONTRAST
    if context.light < DARK:
        return Style(Theme.BLACK if strong else Theme.DARK, vivid=0)
    return Style(Theme.WHITE if strong else Theme.LIGHT, vivid=0)


def _top(page: Page, panel: Panel, whole: Box, size: int, lines: int) -> tuple[Placed, int] | None:
    """Return the title with room for the page mark beside it, and the first row below."""
    edge = 1 if panel.columns >= 40 else 0
    mark = len(page.mark) + 1 + edge if page.mark else 0
    if not page.title:
        return Placed(), whole.y + (MARK_HEIGHT + edge + 1 if mark else 0)
    box = Box(whole.x, whole.y, whole.w - mark, 2 * size * lines)
    title = place_text(Role.TITLE, "", page.title, box, Align.START, Ink.MAIN, size, size)
    return None if title is None else (title, box.y + max(box.h, MARK_HEIGHT + edge if mark else 0) + 1)


def _buttons(page: Page, panel: Panel, whole: Box) -> Iterator[Placed]:
    """Yield the choices at the bottom: in one row, in two columns, under each other."""
    count = len(page.choices)
    if not count:
        yield Placed()
        return
    wide, high = touch_cells(panel)
    for across in sorted({count, min(2, count), 1}, reverse=True):
        rows = -(-count // across)
        each = (whole.w - (across - 1)) // across
        if each < wide:
            continue
        lines = max(_lines(choice.text, (each - 2) // page.touch) for choice in page.choices)
        if lines == 3 and across > 1:
            continue
        for tall in sorted(
            {max(high, 2 * page.touch * min(lines, 2) + 2), max(high, 2 * page.touch + 2)}, reverse=True
        ):
            placed: Placed | None = Placed()
            top = whole.y + whole.h - rows * (tall + 1) + 1
            for number, choice in enumerate(page.choices):
                x, y = whole.x + (number % across) * (each + 1), top + (number // across) * (tall + 1)
                one = place_choice(choice, Box(x, y, each, tall), page.touch, page.touch)
                if one is None:
                    placed = None
                    break
                placed.add(one)
            if placed is not None:
                yield placed


def _lines(text: str, columns: int) -> int:
    """Return how many lines the text takes whole: 1, 2, or 3 for too many."""
    return next((most for most in (1, 2) if columns > 0 and whole_lines(text, columns, most)), 3)


def _facts(page: Page, body: Box, air: float) -> Iterator[Placed]:
    """Yield the facts in one column and in two, labels over values and beside them."""
    count = len(page.facts)
    if not count:
        yield Placed()
        return
    if body.w < 1 or body.h < 2:
        return
    for across in (1, 2) if count > 1 else (1,):
        each = (body.w - 2 * (across - 1)) // across
        for label in (LabelForm.OVER, LabelForm.BESIDE):
            heights = _heights(page, each, body.h, across, label)
            if heights is None or sum(heights) + len(heights) - 1 > body.h * (1 - air):
                continue
            for cap in (SIZES[-1], max(page.sizes)):
                placed = _rows(page, body, each, heights, FactForm(label=label, cap=cap))
                if placed is not None:
                    yield placed


def _heights(page: Page, width: int, room: int, across: int, label: LabelForm) -> list[int] | None:
    """Return the least height of each row of `across` facts, or None when one is higher than the room."""
    heights: list[int] = []
    for first in range(0, len(page.facts), across):
        needs = [
            _least_height(page, number, width, room - sum(heights), label)
            for number in range(first, min(first + across, len(page.facts)))
        ]
        if 0 in needs:
            return None
        heights.append(max(needs))
    return heights


def _rows(page: Page, body: Box, width: int, heights: list[int], form: FactForm) -> Placed | None:
    """Return the facts in their rows: each takes what it needs, then all share what is left."""
    across = -(-len(page.facts) // len(heights))
    share = (body.h - sum(heights) - (len(heights) - 1)) // len(heights)
    placed = Placed()
    y = body.y
    for index, height in enumerate(heights):
        for number in range(index * across, min((index + 1) * across, len(page.facts))):
            box = Box(body.x + (number % across) * (width + 2), y, width, height + share)
            one = place_fact(page.facts[number], box, form, page.sizes[number], page.text)
            if one is None:
                return None
            placed.add(one)
        y += height + share + 1
    return placed


def _least_height(page: Page, number: int, width: int, room: int, label: LabelForm) -> int:
    """Return the least height that the fact fits in at its smallest size, 0 when there is none up to `room`."""
    fact, size = page.facts[number], page.sizes[number]
    form = FactForm(label=label, cap=size)
    low, high = 2 * size, room
    if high < low or place_fact(fact, Box(0, 0, width, high), form, size, page.text) is None:
        return 0
    while low < high:
        middle = (low + high) // 2
        if place_fact(fact, Box(0, 0, width, middle), form, size, page.text) is None:
            low = middle + 1
        else:
            high = middle
    return low
