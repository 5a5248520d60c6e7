# SPDX-License-Identifier: Apache-2.0
"""The layout of last resort: title, facts in rows, buttons at the bottom. No network has a say in it."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene.painter.charset import SceneError
from phosphene.painter.ease import TIGHT, Ease, ease_of
from phosphene.painter.form import Align, Placed, grown
from phosphene.painter.mirror import mirrored
from phosphene.painter.other_boxes import MARK_HEIGHT, place_mark, place_text
from phosphene.painter.page import Page
from phosphene.painter.panel import Panel
from phosphene.painter.placement import ICON_SIDES, Arrangement, Box, Ink, Role, Style, Theme
from phosphene.painter.plain_buttons import buttons_below
from phosphene.painter.plain_facts import facts_in_rows
from phosphene.painter.problems import found
from phosphene.painter.scene import ColourVision, Context

# Below this a room counts as dark.
DARK = 0.35


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
            head, low = top
            for buttons in buttons_below(page, panel, whole, ease):
                foot = min([button.box.y for button in buttons.widgets], default=whole.y + whole.h + ease.gap)
                body = Box(whole.x, low, whole.w, foot - ease.gap - low)
                for facts in facts_in_rows(page, body, ease):
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
