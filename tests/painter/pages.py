# SPDX-License-Identifier: Apache-2.0
"""A page with everything on it, put together by hand, and its exact frame: what the reader's tests look at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from phosphene.painter.atlas import Atlas
from phosphene.painter.composite import frame
from phosphene.painter.grid import build
from phosphene.painter.palette import palette
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Arrangement, Box, Ink, Role, Style, TextRun, Theme, Widget, WidgetKind
from phosphene.painter.scene import Context, Grade
from phosphene_tools.painter.faults import Subject

PANEL = Panel(320, 240)


def arrangement(theme: Theme = Theme.DARK, font: int = 0) -> Arrangement:
    """Return two facts with labels, one critical, and one widget of each kind."""
    return Arrangement(
        PANEL,
        Style(theme, hue=7, accent=2, font=font),
        (
            TextRun(Role.LABEL, "tea", "Kettle", 1, 1, 1, Ink.MUTED),
            TextRun(Role.VALUE, "tea", "-12.5", 1, 4, 3, Ink.MAIN),
            TextRun(Role.VALUE, "tea", "°C", 17, 4, 2, Ink.MAIN, start=5),
            TextRun(Role.LABEL, "dose", "Dose", 25, 1, 1, Ink.MUTED),
            TextRun(Role.VALUE, "dose", "0.75 ml", 24, 4, 2, Ink.ACCENT, grade=Grade.OVERLAY),
            TextRun(Role.CHOICE, "go", "Start", 5, 25, 1, Ink.ON_ACCENT),
        ),
        (
            Widget(WidgetKind.BAR, Box(1, 12, 16, 2), "tea", level=0.4),
            Widget(WidgetKind.RING, Box(24, 12, 8, 8), "dose", level=0.7),
            Widget(WidgetKind.TOGGLE, Box(1, 17, 4, 2), "tea", on=True),
            Widget(WidgetKind.SPARKLINE, Box(8, 16, 12, 4), "tea", history=(0.1, 0.9, 0.4, 0.6, 0.2)),
            Widget(WidgetKind.ICON, Box(34, 12, 3, 3), name="cup"),
            Widget(WidgetKind.BUTTON, Box(2, 23, 12, 6), "go", main=True),
            Widget(WidgetKind.OUTLINE, Box(22, 23, 14, 5)),
        ),
    )


def subject(page: Arrangement | None = None, atlas: Atlas | None = None) -> Subject:
    """Return a page with its exact frame, on a field that slopes both ways."""
    page, atlas = page or arrangement(), atlas or Atlas.load()
    colours = palette(page.style, Context())
    y, x = np.mgrid[0:15, 0:20].astype(np.float32)
    grid = build(page, colours, np.stack([x / 40, y / 40], axis=-1), atlas)
    return Subject(page, colours, grid, atlas, frame(grid, atlas))


def with_text(page: Arrangement, index: int, text: str) -> Arrangement:
    """Return the page with another text in one run."""
    runs = list(page.runs)
    runs[index] = replace(runs[index], text=text)
    return replace(page, runs=tuple(runs))
