# SPDX-License-Identifier: Apache-2.0
"""Paints frames that are wrong in one way each. The gate is shown the frame and told only what should be there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.cells import INK, Cells
from phosphene.painter.charset import CHARACTERS, number
from phosphene.painter.finding import Kind
from phosphene.painter.grid import Grid, rebuild
from phosphene.painter.luminance import lightness
from phosphene.painter.palette import LEAST_CONTRAST
from phosphene.painter.placement import Arrangement, Box, Role, TextRun, Widget, WidgetKind
from phosphene_tools.painter.marks import Marked, stray, stroke
from phosphene_tools.painter.subject import Exact, Paints, Subject

__all__ = ["Exact", "Paints", "Subject", "wrong"]

Frame = NDArray[np.uint8]
Random = np.random.Generator
# Squared difference in coverage, over the area of a glyph of size 1: beneath it two glyphs look the same.
VISIBLE: Final = 0.5
_SIGNS: Final = "+-−.,:/%°"
_DIGITS: Final = "0123456789"


def wrong(kind: Kind, subject: Subject, rng: Random, painter: Paints) -> Frame | None:
    """Return the subject's frame with one fault of `kind`, or None where the page has no place for it."""
    if kind in _MARKS:
        return _MARKS[kind](
            Marked(subject.arrangement, subject.palette, subject.frame, subject.atlas, subject.grid.font), rng
        )
    if kind is Kind.CONTRAST:
        after = _faint(subject, rng)
    else:
        other = _CHANGES[kind](subject, rng)
        after = None if other is None else _regrid(subject, other)
    if after is None:
        return None
    painted = subject.frame.copy()
    painter.update(painted, subject.grid, after, subject.atlas)
    return painted


def _regrid(subject: Subject, other: Arrangement) -> Grid:
    return rebuild(subject.grid, subject.arrangement, other, subject.palette, subject.atlas)


def _with_text(arrangement: Arrangement, index: int, text: str) -> Arrangement:
    runs = list(arrangement.runs)
    runs[index] = replace(runs[index], text=text)
    return replace(arrangement, runs=tuple(runs))


def _differs(subject: Subject, run: TextRun, text: str) -> bool:
    """Return whether a reader with good eyes could tell the run from `text`."""
    glyphs = subject.atlas.glyphs(subject.grid.font, run.size)
    for one, other in zip(run.text, text, strict=True):
        difference = glyphs[number(one)].astype(np.float32) - glyphs[number(other)]
        if float((difference**2).sum()) / 255**2 >= VISIBLE * run.size**2:
            return True
    return False


def _chosen(subject: Subject, rng: Random, fits: Callable[[TextRun], bool]) -> int | None:
    indices = [index for index, run in enumerate(subject.arrangement.runs) if fits(run)]
    return int(rng.choice(indices)) if indices else None


def _retyped(subject: Subject, index: int, text: str) -> Arrangement | None:
    run = subject.arrangement.runs[index]
    return _with_text(subject.arrangement, index, text) if _differs(subject, run, text) else None


def _glyph(subject: Subject, rng: Random) -> Arrangement | None:
    index = _chosen(subject, rng, lambda run: bool(run.text.strip()))
    if index is None:
        return None
    text = subject.arrangement.runs[index].text
    place = int(rng.integers(len(text)))
    choices = _DIGITS if text[place] in _DIGITS and rng.random() < 0.6 else CHARACTERS
    return _retyped(subject, index, text[:place] + choices[int(rng.integers(len(choices)))] + text[place + 1 :])


def _sign(subject: Subject, rng: Random) -> Arrangement | None:
    index = _chosen(subject, rng, lambda run: any(character in _SIGNS for character in run.text))
    if index is None:
        return None
    text = subject.arrangement.runs[index].text
    places = [place for place, character in enumerate(text) if character in _SIGNS]
    place = int(rng.choice(places))
    return _retyped(subject, index, text[:place] + " " + text[place + 1 :])


def _stale(subject: Subject, rng: Random) -> Arrangement | None:
    """A step before: one to three of its digits are others."""
    index = _chosen(
        subject, rng, lambda run: run.role is Role.VALUE and any(character in _DIGITS for character in run.text)
    )
    if index is None:
        return None
    text = list(subject.arrangement.runs[index].text)
    places = [place for place, character in enumerate(text) if character in _DIGITS]
    for place in places[-int(rng.integers(1, 4)) :]:
        text[place] = _DIGITS[(int(text[place]) - 1) % 10]
    return _retyped(subject, index, "".join(text))


def _label(subject: Subject, rng: Random) -> Arrangement | None:
    """Two labels of one length class are swapped, each cut or filled to the other's room."""
    arrangement = subject.arrangement
    labels = [index for index, run in enumerate(arrangement.runs) if run.role in {Role.LABEL, Role.CHOICE}]
    if len(labels) < 2:
        return None
    one, other = (int(index) for index in rng.choice(labels, 2, replace=False))
    first, second = arrangement.runs[one], arrangement.runs[other]
    swapped = _retyped(subject, one, second.text[: len(first.text)].ljust(len(first.text)))
    if swapped is None:
        return None
    return _with_text(swapped, other, first.text[: len(second.text)].ljust(len(second.text)))


def _widget(
    subject: Subject, rng: Random, kinds: set[WidgetKind], change: Callable[[Widget], Widget]
) -> Arrangement | None:
    widgets = list(subject.arrangement.widgets)
    places = [place for place, widget in enumerate(widgets) if widget.kind in kinds]
    if not places:
        return None
    place = int(rng.choice(places))
    widgets[place] = change(widgets[place])
    return replace(subject.arrangement, widgets=tuple(widgets))


def _fill(subject: Subject, rng: Random) -> Arrangement | None:
    def moved(widget: Widget) -> Widget:
        room = [(0.0, widget.level - 0.15), (widget.level + 0.15, 1.0)]
        low, high = room[int(rng.choice([side for side, (low, high) in enumerate(room) if high >= low]))]
        return replace(widget, level=float(rng.uniform(low, high)))

    return _widget(subject, rng, {WidgetKind.BAR, WidgetKind.RING}, moved)


def _toggle(subject: Subject, rng: Random) -> Arrangement | None:
    return _widget(subject, rng, {WidgetKind.TOGGLE}, lambda widget: replace(widget, on=not widget.on))


def _faint(subject: Subject, rng: Random) -> Grid | None:
    """A run's ink comes too near to its ground: 1.1:1 to a little under what is asked for."""
    index = _chosen(subject, rng, lambda run: bool(run.text.strip()))
    if index is None:
        return None
    run, grid = subject.arrangement.runs[index], subject.grid
    box: Box = run.box
    area = (slice(box.y, box.y + box.h), slice(box.x, box.x + box.w))
    ground = grid.colours[area][..., :12].reshape(-1, 3).astype(np.float32)
    ink = subject.palette.inks[run.ink].astype(np.float32)
    shares = np.linspace(0, 1, 65, dtype=np.float32)[:, None]
    mixes = np.rint(ground.mean(axis=0) + shares * (ink - ground.mean(axis=0))).astype(np.uint8)
    # Against the part of the ground that is farthest off: everywhere under the text the contrast is lost.
    apart = np.abs(lightness(mixes)[:, None] - lightness(ground.astype(np.uint8))).max(axis=1)
    low = np.flatnonzero(apart < np.log(rng.uniform(1.1, 0.96 * LEAST_CONTRAST)))
    if not len(low):
        return None
    colours = grid.colours.copy()
    colours[area][..., INK] = mixes[low[-1]]
    return replace(grid, cells=Cells(colours, grid.shapes, grid.cells.used))


_CHANGES: Final = {
    Kind.GLYPH: _glyph,
    Kind.SIGN: _sign,
    Kind.STALE: _stale,
    Kind.LABEL: _label,
    Kind.FILL: _fill,
    Kind.TOGGLE: _toggle,
}
_MARKS: Final = {Kind.STROKE: stroke, Kind.STRAY: stray}
