# SPDX-License-Identifier: Apache-2.0
"""The layout of last resort: title, facts in rows, buttons at the bottom. No network has a say in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from phosphene.painter.charset import SceneError
from phosphene.painter.fact_box import place_fact
from phosphene.painter.fit import SIZES, whole_lines
from phosphene.painter.form import Align, FactForm, LabelForm, Placed, grown
from phosphene.painter.legibility import touch_cells
from phosphene.painter.mirror import mirrored
from phosphene.painter.other_boxes import MARK_HEIGHT, place_choice, place_mark, place_text
from phosphene.painter.page import Page
from phosphene.painter.panel import CELL, LARGEST, LATTICE, Panel
from phosphene.painter.placement import ICON_SIDES, Arrangement, Box, Ink, Role, Style, Theme
from phosphene.painter.problems import found
from phosphene.painter.scene import ColourVision, Context, Fact

# Below this a room counts as dark.
DARK = 0.35


@dataclass(frozen=True, slots=True)
class Ease:
    """How generously to lay out: cells free at the sides and between things, what heights are rounded up to, the share
    of the facts' height that stays free, and whether an icon has room beside the title."""

    margin: int = 0
    gap: int = 1
    step: int = 1
    air: float = 0.0
    icon: bool = False

    def up(self, height: int) -> int:
        """Return `height` in whole steps."""
        return -(-height // self.step) * self.step


# So much of the facts' height stays free where it can, so that there is something to compose.
AIR = 0.12
TIGHT = Ease()


def ease_of(panel: Panel) -> Ease:
    """Return the room that layouts on the lattice need: steps and gaps of a lattice cell, and a margin."""
    step = -(-max(panel.columns, panel.rows * LATTICE[0] // LATTICE[1]) // LATTICE[0])
    return Ease(max(0, step - 1), step, step, AIR, icon=True)


def plain(page: Page, panel: Panel, ease: Ease | None = None) -> Arrangement:
    """Return a valid arrangement that uses no decoration: with `ease`, or as tightly as may be, and then with room.

    Raises:
        SceneError: the page can't be shown on this panel whole; the error names what needs more room.
    """
    # What stands too close together when it is packed may hold up when there is room between.
    for each in (TIGHT, ease_of(panel)) if ease is None else (ease,):
        for candidate in _candidates(page, panel, each):
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


def _candidates(page: Page, panel: Panel, ease: Ease) -> Iterator[Arrangement]:
    whole = grown(Box(0, 0, panel.columns, panel.rows), -ease.margin)
    for title_size in sorted({page.text, max(1, min(2, page.text))}, reverse=True):
        for title_lines in (1, 2):
            top = _top(page, panel, whole, title_size, title_lines, ease)
            if top is None:
                continue
            for buttons in _buttons(page, panel, whole, ease):
                head, low = top
                foot = min([run_box.box.y for run_box in buttons.widgets], default=whole.y + whole.h + ease.gap)
                body = Box(whole.x, low, whole.w, foot - ease.gap - low)
                for facts in _facts(page, body, ease):
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


def _top(page: Page, panel: Panel, whole: Box, size: int, lines: int, ease: Ease) -> tuple[Placed, int] | None:
    """Return the title with room for the page mark beside it, and the first row below."""
    edge = 1 if panel.columns >= 40 else 0
    mark = len(page.mark) + 1 + edge if page.mark else 0
    icon = ICON_SIDES[-1] if ease.icon and page.icon else 0
    least = max(MARK_HEIGHT + edge if mark else 0, icon)
    if not page.title:
        return Placed(), whole.y + (ease.up(least) + ease.gap if least else 0)
    box = Box(whole.x, whole.y, whole.w - mark - (icon + ease.gap if icon else 0), 2 * size * lines)
    title = place_text(Role.TITLE, "", page.title, box, Align.START, Ink.MAIN, size, size)
    return None if title is None else (title, box.y + ease.up(max(box.h, least)) + ease.gap)


def _buttons(page: Page, panel: Panel, whole: Box, ease: Ease) -> Iterator[Placed]:
    """Yield the choices at the bottom: in one row, in two columns, under each other."""
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
        lines = max(_lines(choice.text, (each - 2) // page.touch) for choice in page.choices)
        if lines == 3 and across > 1:
            continue
        for tall in sorted(
            {max(high, 2 * page.touch * min(lines, 2) + 2), max(high, 2 * page.touch + 2)}, reverse=True
        ):
            placed: Placed | None = Placed()
            tall = ease.up(tall)
            top = whole.y + whole.h - rows * (tall + ease.gap) + ease.gap
            for number, choice in enumerate(page.choices):
                x, y = whole.x + number % across * (each + ease.gap), top + number // across * (tall + ease.gap)
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


def _facts(page: Page, body: Box, ease: Ease) -> Iterator[Placed]:
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
        heights.append(max(_least_height(page.facts[n], page.sizes[n], page.text, width, label) for n in row))
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
            one = place_fact(page.facts[number], box, form, page.sizes[number], page.text)
            if one is None:
                return None
            placed.add(one)
        y += height + share + gap
    return placed


# Pages are tried in many ways: the same facts are measured at the same few widths again and again.
@lru_cache(maxsize=4096)
def _least_height(fact: Fact, size: int, text: int, width: int, label: LabelForm) -> int:
    """Return the least height that the fact fits in with its value at `size`; more than any panel has, if in none."""
    form = FactForm(label=label, cap=size)
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
