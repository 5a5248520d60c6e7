# SPDX-License-Identifier: Apache-2.0
"""The ways to write a fact's value and unit at one size: in one line, with a small unit, or on several lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from phosphene.painter.fit import COMPANION, Line, value_lines, widest
from phosphene.painter.form import Align, aligned
from phosphene.painter.placement import Ink, Role, TextRun
from phosphene.painter.scene import Fact, Status

_INKS: Final = {Status.OK: Ink.MAIN, Status.ACTIVE: Ink.ACCENT, Status.WARNING: Ink.WARNING, Status.FAULT: Ink.FAULT}


def drawn_ink(status: Status) -> Ink:
    """Return the ink of what is drawn for a fact: its value's own, but never the plain one of ordinary text."""
    ink = _INKS[status]
    return Ink.ACCENT if ink is Ink.MAIN else ink


@dataclass(slots=True)
class Value:
    """A value laid out at `size`, in cells; `left` and `top` are set by who places it."""

    fact: Fact
    size: int
    parts: tuple[tuple[Line, int, int, int], ...]
    width: int
    height: int
    lines: int
    left: int = 0
    top: int = 0

    def runs(self) -> list[TextRun]:
        """Return the runs: each part holds its line, its place from the value's corner, and its size."""
        ink = _INKS[self.fact.status]
        return [
            TextRun(
                Role.VALUE,
                self.fact.key,
                line.text,
                self.left + x,
                self.top + y,
                size,
                ink,
                line.start,
                self.fact.grade,
                self.fact.stale,
            )
            for line, x, y, size in self.parts
        ]


def values(fact: Fact, columns: int, size: int, align: Align, *, small_unit: bool) -> Iterator[Value]:
    """Yield the ways that fit into `columns` cells at `size`, the preferred one first; each holds the whole value."""
    if small_unit and fact.unit:
        small = COMPANION[size]
        width = len(fact.value) * size + 1 + len(fact.unit) * small
        if width <= columns:
            number = (Line(0, fact.value), 0, 0, size)
            # Capitals stand at four fifths of a glyph's height: both sizes share that baseline.
            start = len(fact.shown) - len(fact.unit)
            unit = (Line(start, fact.unit), width - len(fact.unit) * small, round(1.6 * (size - small)), small)
            yield Value(fact, size, (number, unit), width, 2 * size, 1)
    for most in (1, 2, 3):
        lines = value_lines(fact.shown, columns // size, most) if columns >= size else None
        if lines is not None:
            width = widest(lines) * size
            parts = tuple(
                (line, aligned(align, 0, width, len(line.text) * size), 2 * size * row, size)
                for row, line in enumerate(lines)
            )
            yield Value(fact, size, parts, width, 2 * size * len(lines), len(lines))
            if len(lines) == 1:
                return
