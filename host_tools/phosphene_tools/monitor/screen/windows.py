# SPDX-License-Identifier: Apache-2.0
"""Where everything stands on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import (
    ConditionalContainer,
    Dimension,
    DynamicContainer,
    Float,
    FloatContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    Window,
)
from prompt_toolkit.layout.menus import CompletionsMenu

from phosphene_tools.monitor.palette import Fragment
from phosphene_tools.monitor.rows import Columns
from phosphene_tools.monitor.screen import bars, menu
from phosphene_tools.monitor.screen.pane import clipped, styled

if TYPE_CHECKING:
    from phosphene_tools.monitor.screen.app import Screen

_ANSWER_LINES = 8


def layout(screen: Screen) -> Layout:
    """Return the layout of `screen`, with the prompt in focus."""
    answered = Condition(lambda: bool(screen.answer.lines))
    body = HSplit(
        [
            _line(lambda width: bars.top(screen.watch, width)),
            _line(lambda width: [("title", Columns.at(width).title().ljust(width))]),
            Window(screen.pane),
            _line(lambda width: _bottom(screen, width)),
            ConditionalContainer(
                Window(
                    FormattedTextControl(lambda: _answer(screen)),
                    height=Dimension(max=_ANSWER_LINES),
                    wrap_lines=True,
                    dont_extend_height=True,
                ),
                answered,
            ),
            DynamicContainer(lambda: screen.prompt.container),
        ]
    )
    floats = [
        Float(CompletionsMenu(max_height=10, scroll_offset=1), xcursor=True, ycursor=True),
        Float(_box(screen, "menu"), left=0, bottom=3),
        Float(_box(screen, "page"), left=0, top=2),
    ]
    return Layout(FloatContainer(body, floats), focused_element=screen.prompt.control)


def _width() -> int:
    return get_app().output.get_size().columns


def _line(draw: Callable[[int], list[Fragment]]) -> Window:
    """A window of one line, clipped with an ellipsis."""
    text = FormattedTextControl(lambda: styled(clipped(draw(_width()), _width())))
    return Window(text, height=1)


def _bottom(screen: Screen, width: int) -> list[Fragment]:
    rate = screen.rate.at(screen.history.frames)
    return bars.bottom(screen.history, rate, width, missed=screen.watch.missed, log=screen.log)


def _answer(screen: Screen) -> StyleAndTextTuples:
    """The call on one line, clipped; what came of it below, on as many as it needs."""
    call, *rest = screen.answer.lines or [[]]
    parts = clipped([("", " "), *call], _width()) if rest else [("", " "), *call]
    for line in rest:
        parts += [("", "\n "), *line]
    return styled(parts)


def _box(screen: Screen, what: str) -> ConditionalContainer:
    """A float over the rows: the menu, or a page."""

    def text() -> StyleAndTextTuples:
        if what == "menu":
            return styled(menu.box("menu", menu.rows(screen.items)))
        return styled(menu.box("any key closes this", screen.page))

    shown = Condition(lambda: screen.menu_open if what == "menu" else bool(screen.page))
    return ConditionalContainer(Window(FormattedTextControl(text), dont_extend_width=True), shown)
