# SPDX-License-Identifier: Apache-2.0
"""Random pages: every widget at every size and level, nested, in all inks, fonts and palettes, over random fields."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.atlas import SIZES
from phosphene.painter.charset import CHARACTERS
from phosphene.painter.palette import Palette, palette
from phosphene.painter.panel import CELL, Panel
from phosphene.painter.placement import (
    ICON_SIDES,
    Arrangement,
    Box,
    Decoration,
    DecorationKind,
    Ink,
    Role,
    Style,
    TextRun,
    Theme,
    Widget,
    WidgetKind,
)
from phosphene.painter.scene import ICONS, ColourVision, Context, Urgency

Generator = np.random.Generator
_OPEN_INKS = (Ink.MAIN, Ink.MUTED, Ink.ACCENT, Ink.WARNING, Ink.FAULT)
_FILLS = (Ink.ACCENT, Ink.ACCENT, Ink.MAIN, Ink.WARNING, Ink.FAULT)
_SHARP = (WidgetKind.RING, WidgetKind.BAR, WidgetKind.TOGGLE, WidgetKind.SPARKLINE, WidgetKind.ICON)


@dataclass
class _Page:
    panel: Panel
    rng: Generator
    runs: list[TextRun] = field(default_factory=list)
    widgets: list[Widget] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)


def random_page(rng: Generator, fonts: int) -> tuple[Arrangement, Palette, NDArray[np.float32]]:
    """Return a page that no composer would make, its palette and a smooth random field [15, 20, 2]."""
    columns, rows = int(rng.integers(20, 49)), int(rng.integers(15, 37))
    page = _Page(Panel(columns * CELL, rows * CELL), rng)
    for _ in range(int(rng.integers(3, 16))):
        _thing(page)
    style = Style(
        Theme(int(rng.integers(4))),
        int(rng.integers(12)),
        int(rng.integers(12)),
        int(rng.integers(fonts)),
        int(rng.integers(4)),
    )
    vision = list(ColourVision)[int(rng.choice(4, p=(0.76, 0.08, 0.08, 0.08)))]
    context = Context(light=float(rng.choice([0.3, 0.9])), colour_vision=vision)
    urgency = Urgency.URGENT if rng.random() < 0.2 else Urgency.CALM
    decoration = Decoration(
        DecorationKind(int(rng.integers(7))),
        float(rng.uniform(-0.2, 1.2) * columns),
        float(rng.uniform(-0.2, 1.2) * rows),
        float(rng.uniform(2, 12)),
    )
    arrangement = Arrangement(page.panel, style, tuple(page.runs), tuple(page.widgets), decoration)
    return arrangement, palette(style, context, urgency), random_field(rng)


def random_field(rng: Generator) -> NDArray[np.float32]:
    """Return smooth mixing weights, float32 [15, 20, 2], a few blobs on a slope."""
    y, x = np.mgrid[0:15, 0:20] / 15.0
    two: list[NDArray[np.float64]] = []
    for _ in range(2):
        plane = rng.normal() * x + rng.normal() * y + rng.normal()
        for _ in range(int(rng.integers(4))):
            spot = np.exp(-((x - rng.uniform(0, 1.3)) ** 2 + (y - rng.random()) ** 2) / rng.uniform(0.01, 0.3))
            plane += rng.normal(scale=2.5) * spot
        two.append(plane)
    three = np.exp(np.stack([np.zeros_like(two[0]), *two], axis=-1))
    return (three[..., 1:] / three.sum(axis=-1, keepdims=True)).astype(np.float32)


def _thing(page: _Page) -> None:
    rng = page.rng
    kind = rng.choice(["text", "sharp", "panel", "button", "outline"], p=(0.3, 0.34, 0.14, 0.14, 0.08))
    if kind == "text":
        _text(page, Box(0, 0, page.panel.columns, page.panel.rows), _OPEN_INKS, claim=True)
        return
    if kind == "sharp":
        _sharp(page, Box(0, 0, page.panel.columns, page.panel.rows), claim=True)
        return
    box = _place(page, int(rng.integers(3, 24)), int(rng.integers(2, 16)))
    if box is None:
        return
    if kind == "button":
        main = rng.random() < 0.5
        page.widgets.append(Widget(WidgetKind.BUTTON, box, main=bool(main)))
        _text(page, _shrunk(box, 1), (Ink.ON_ACCENT,) if main else (Ink.MAIN,), claim=False)
        return
    page.widgets.append(Widget(WidgetKind.PANEL if kind == "panel" else WidgetKind.OUTLINE, box))
    inner = _shrunk(box, int(rng.integers(0, 3)))
    if rng.random() < 0.6:
        _sharp(page, inner, claim=False)
    else:
        _text(page, _shrunk(box, 1), _OPEN_INKS, claim=False)


def _sharp(page: _Page, where: Box, *, claim: bool) -> None:
    rng = page.rng
    kind = _SHARP[int(rng.choice(len(_SHARP), p=(0.36, 0.24, 0.2, 0.1, 0.1)))]
    level = float(rng.choice([0.0, 1.0, rng.random(), rng.random(), rng.random(), rng.random()]))
    match kind:
        case WidgetKind.RING:
            w = h = int(rng.integers(4, 19))
        case WidgetKind.BAR:
            w, h = int(rng.integers(3, 30)), int(rng.integers(1, 4))
        case WidgetKind.TOGGLE:
            h = int(rng.integers(1, 5))
            w = 2 * h
        case WidgetKind.SPARKLINE:
            w, h = int(rng.integers(3, 20)), int(rng.integers(2, 6))
        case _:
            w = h = int(rng.choice(ICON_SIDES))
    box = _within(page, where, w, h, claim=claim)
    if box is None:
        return
    history = tuple(float(value) for value in rng.random(int(rng.integers(2, 32))))
    page.widgets.append(
        Widget(
            kind,
            box,
            level=level,
            on=bool(rng.random() < 0.5),
            history=history if kind is WidgetKind.SPARKLINE else (),
            name=ICONS[int(rng.integers(1, len(ICONS)))] if kind is WidgetKind.ICON else "",
            ink=_FILLS[int(rng.integers(len(_FILLS)))],
        )
    )


def _text(page: _Page, where: Box, inks: tuple[Ink, ...], *, claim: bool) -> None:
    rng = page.rng
    size = int(rng.choice(SIZES, p=(0.34, 0.3, 0.18, 0.12, 0.06)))
    most = min(where.w // size, 14)
    if most < 1 or where.h < 2 * size:
        return
    length = int(rng.integers(1, most + 1))
    box = _within(page, where, length * size, 2 * size, claim=claim)
    if box is None:
        return
    text = "".join(CHARACTERS[int(one)] for one in rng.integers(0, len(CHARACTERS), length))
    ink = inks[int(rng.integers(len(inks)))]
    page.runs.append(TextRun(Role.VALUE, "k", text, box.x, box.y, size, ink, struck=bool(rng.random() < 0.12)))


def _within(page: _Page, where: Box, w: int, h: int, *, claim: bool) -> Box | None:
    if claim:
        return _place(page, w, h)
    if w > where.w or h > where.h:
        return None
    rng = page.rng
    return Box(where.x + int(rng.integers(where.w - w + 1)), where.y + int(rng.integers(where.h - h + 1)), w, h)


def _place(page: _Page, w: int, h: int) -> Box | None:
    columns, rows = page.panel.columns, page.panel.rows
    if w > columns or h > rows:
        return None
    for _ in range(8):
        box = Box(int(page.rng.integers(columns - w + 1)), int(page.rng.integers(rows - h + 1)), w, h)
        if not any(box.overlaps(other) for other in page.taken):
            page.taken.append(box)
            return box
    return None


def _shrunk(box: Box, by: int) -> Box:
    return Box(box.x + by, box.y + by, max(box.w - 2 * by, 0), max(box.h - 2 * by, 0))
