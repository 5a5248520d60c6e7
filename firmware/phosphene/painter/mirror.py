# SPDX-License-Identifier: Apache-2.0
"""Mirrors an arrangement for a right-to-left reader; a number and its unit keep their order."""

from __future__ import annotations

from dataclasses import replace

from phosphene.painter.form import around
from phosphene.painter.placement import Arrangement, Box, Role, TextRun


def mirrored(arrangement: Arrangement) -> Arrangement:
    """Return the arrangement as seen in a mirror, its text still to be read."""
    columns = arrangement.panel.columns
    runs = tuple(
        replace(run, x=run.x + _shift(around([run.box, *_same_row(run, arrangement.runs)]), columns))
        for run in arrangement.runs
    )
    widgets = tuple(
        replace(widget, box=widget.box.moved(_shift(widget.box, columns))) for widget in arrangement.widgets
    )
    decoration = replace(arrangement.decoration, x=columns - arrangement.decoration.x)
    return replace(arrangement, runs=runs, widgets=widgets, decoration=decoration)


def _shift(box: Box, columns: int) -> int:
    return columns - 2 * box.x - box.w


def _same_row(run: TextRun, runs: tuple[TextRun, ...]) -> list[Box]:
    """Return the boxes of the same value's other runs on the same row: number and small unit move as one."""
    if run.role is not Role.VALUE:
        return []
    return [
        other.box
        for other in runs
        if other is not run
        and other.role is Role.VALUE
        and other.key == run.key
        and other.y < run.y + 2 * run.size
        and run.y < other.y + 2 * other.size
    ]
