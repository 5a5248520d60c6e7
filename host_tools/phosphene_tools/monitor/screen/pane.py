# SPDX-License-Identifier: Apache-2.0
"""The window with the rows: it lays out only what is seen, so a busy line costs no more than a quiet one."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.controls import UIContent, UIControl
from prompt_toolkit.utils import get_cwidth

from phosphene_tools.monitor.history import History
from phosphene_tools.monitor.palette import Fragment
from phosphene_tools.monitor.rows import Columns, Layout


class RowsPane(UIControl):
    """Shows the newest rows at the bottom, or those that the user scrolled to."""

    def __init__(self, history: History, layout: Layout) -> None:
        self._history = history
        self._layout = layout
        self.height = 1
        """Lines that were last seen, which is how far Page Up goes."""

    def create_content(self, width: int, height: int) -> UIContent:
        """Return `height` lines of `width`, filled from below."""
        self.height = height
        self._layout.columns = Columns.at(width)
        seen: list[list[Fragment]] = []
        for entry, before in self._history.upwards():
            seen[:0] = self._layout.lines(entry, before)
            if len(seen) >= height:
                break
        seen = seen[-height:]
        lines = [styled(clipped(line, width)) for line in seen]
        empty = styled([])
        return UIContent(
            get_line=lambda row: lines[row] if row < len(lines) else empty, line_count=height, show_cursor=False
        )


def clipped(line: Iterable[Fragment], width: int) -> list[Fragment]:
    """Return as much of `line` as fits, with an ellipsis where it was cut."""
    kept: list[Fragment] = []
    room = width
    for style, text in line:
        taken = get_cwidth(text)
        if taken <= room:
            kept.append((style, text))
            room -= taken
            continue
        text = text.rstrip()
        if room and get_cwidth(text) > room:
            cut = ""
            for letter in text:
                if get_cwidth(cut + letter) > room - 1:
                    break
                cut += letter
            text = cut + "…"
        if room:
            kept.append((style, text))
        break
    return kept


def styled(line: Iterable[Fragment]) -> StyleAndTextTuples:
    """Return the fragments with the style names that the terminal library wants."""
    return [(f"class:{style}" if style else "", text) for style, text in line]
