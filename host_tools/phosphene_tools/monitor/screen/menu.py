# SPDX-License-Identifier: Apache-2.0
"""The menu behind Ctrl-T: one key per entry, with what it is set to now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from phosphene_tools.monitor.palette import Fragment

MIN_WIDTH = 34


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `now` says what it is set to; `do` is what its key does."""

    key: str
    text: str
    do: Callable[[], None]
    now: Callable[[], str] = lambda: ""


def box(title: str, rows: Sequence[list[Fragment]]) -> list[Fragment]:
    """Return `rows` with a frame around them, for a float; the widest row decides its width."""
    width = max(MIN_WIDTH, len(title) + 4, *(sum(len(text) for _, text in row) for row in rows))
    drawn: list[Fragment] = [("dim", f"┌ {title} {'─' * (width - len(title))}┐\n")]
    for row in rows:
        used = sum(len(text) for _, text in row)
        drawn += [("dim", "│ "), *row, ("dim", f"{' ' * (width - used)} │\n")]
    return [*drawn, ("dim", f"└{'─' * (width + 2)}┘")]


def rows(items: Sequence[Item]) -> list[list[Fragment]]:
    """Return the menu's lines."""
    longest = max(len(item.text) for item in items)
    return [[("task", f"{item.key:<5}"), ("", f"{item.text:<{longest + 2}}"), ("note", item.now())] for item in items]
