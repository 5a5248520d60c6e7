# SPDX-License-Identifier: Apache-2.0
"""The gate: a right frame passes, each way of being wrong is found and called by its name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from phosphene.painter.association import astray
from phosphene.painter.finding import Kind
from phosphene.painter.gate import check
from phosphene.painter.luminance import lightness
from phosphene.painter.oklch import contrast
from phosphene.painter.placement import Arrangement, Theme, WidgetKind
from phosphene_tools.painter.faults import Exact, Subject
from tests.painter.pages import arrangement, subject, with_text


def kinds(right: Subject, frame: np.ndarray) -> set[Kind]:
    return {finding.kind for finding in check(frame, right.arrangement, right.palette, right.grid, right.atlas)}


def painted_instead(right: Subject, other: Arrangement) -> np.ndarray:
    return subject(other).frame


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("font", range(4))
def test_a_right_frame_passes(theme: Theme, font: int) -> None:
    right = subject(arrangement(theme, font))
    assert check(right.frame, right.arrangement, right.palette, right.grid, right.atlas) == []


@pytest.mark.parametrize(
    ("index", "text", "kind"),
    [
        (1, "-12.6", Kind.GLYPH),
        (1, " 12.5", Kind.SIGN),
        (1, "-12 5", Kind.SIGN),
        (1, "-13.6", Kind.STALE),
        (0, "Toaste", Kind.LABEL),
        (2, "°F", Kind.GLYPH),
        (5, "Stopp", Kind.GLYPH),
    ],
)
def test_other_characters_are_found(index: int, text: str, kind: Kind) -> None:
    right = subject()
    found = kinds(right, painted_instead(right, with_text(right.arrangement, index, text)))
    assert found
    assert found <= {kind, Kind.STALE, Kind.GLYPH}
    assert kind in found or index == 5


def test_a_line_a_pixel_thin_through_a_glyph_is_found() -> None:
    right = subject()
    frame = right.frame.copy()
    # Over the unit of size 2, with six tenths of its ink: 2 x 2 pixels don't tell it from a coarse glyph.
    run = right.arrangement.runs[2]
    row, columns = 8 * run.y + 16, slice(8 * run.x + 16, 8 * run.x + 32)
    ink = right.palette.inks[run.ink].astype(float)
    frame[row, columns] = np.rint(frame[row, columns] + 0.6 * (ink - frame[row, columns]))
    assert kinds(right, frame) <= {Kind.STROKE, Kind.GLYPH}
    assert kinds(right, frame)


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("length", [4, 6])
def test_a_dash_at_the_edge_of_a_card_is_found(theme: Theme, length: int) -> None:
    right = subject(arrangement(theme))
    frame = right.frame.copy()
    # Right inside the outline, where a value may begin one cell farther right: it would read as a minus sign.
    box = next(one.box for one in right.arrangement.widgets if one.kind is WidgetKind.OUTLINE)
    left = 8 * box.x + 4
    frame[8 * box.y + 20, left : left + length] = right.palette.inks[0]
    assert kinds(right, frame) == {Kind.STRAY}


def test_a_finding_names_run_place_and_what_was_read() -> None:
    right = subject()
    frame = painted_instead(right, with_text(right.arrangement, 1, "-17.5"))
    (finding,) = check(frame, right.arrangement, right.palette, right.grid, right.atlas)
    assert (finding.run, finding.key) == (1, "tea")
    assert (finding.where.x, finding.where.w) == (7, 3)
    assert "'-17.5' instead of '-12.5'" in finding.said


@pytest.mark.parametrize(
    ("kind", "change", "found"),
    [
        (WidgetKind.BAR, {"level": 0.55}, Kind.FILL),
        (WidgetKind.BAR, {"level": 0.25}, Kind.FILL),
        (WidgetKind.RING, {"level": 0.85}, Kind.FILL),
        (WidgetKind.RING, {"level": 0.55}, Kind.FILL),
        (WidgetKind.TOGGLE, {"on": False}, Kind.TOGGLE),
        (WidgetKind.SPARKLINE, {"history": (0.1, 0.9, 0.4, 0.6, 0.4)}, Kind.FILL),
        (WidgetKind.ICON, {"name": "bell"}, Kind.STRAY),
    ],
)
def test_widgets_that_say_something_else_are_found(kind: WidgetKind, change: dict[str, object], found: Kind) -> None:
    right = subject()
    widgets = tuple(
        replace(widget, **change) if widget.kind is kind else widget for widget in right.arrangement.widgets
    )
    assert found in kinds(right, painted_instead(right, replace(right.arrangement, widgets=widgets)))


def test_a_line_through_a_digit_is_damage() -> None:
    right = subject()
    frame = right.frame.copy()
    # Through the 2 of -12.5, two pixels thick, in its ink.
    frame[54:56, 60:76] = right.palette.inks[0]
    assert kinds(right, frame) == {Kind.STROKE}


@pytest.mark.parametrize("at", [(200, 230), (2, 150), (110, 60), (140, 260)])
def test_a_small_digit_anywhere_is_found(at: tuple[int, int]) -> None:
    right = subject()
    frame = right.frame.copy()
    y, x = at
    glyph = right.atlas.glyph("sans", 1, 23)[..., None] / 255
    area = frame[y : y + 16, x : x + 8]
    area[:] = np.rint(area + glyph * (120 - area.astype(np.float64)))
    assert Kind.STRAY in kinds(right, frame)


def test_contrast_is_measured_on_pixels() -> None:
    right = subject()
    box = right.arrangement.runs[1].box
    area = np.s_[box.y * 8 : (box.y + box.h) * 8, box.x * 8 : (box.x + box.w) * 8]
    ground, ink = right.grid.colours[box.y, box.x, :3], right.palette.inks[0].astype(np.float64)
    for share in np.linspace(1, 0.05, 20):
        frame = right.frame.copy()
        frame[area] = np.rint(ground + share * (frame[area] - ground.astype(np.float64)))
        reached = float(contrast(np.rint(ground + share * (ink - ground)).astype(np.uint8), ground))
        if reached < 4.4:
            assert kinds(right, frame), reached


def test_lightness_is_wcag_contrast() -> None:
    rng = np.random.default_rng(0)
    colours = rng.integers(0, 256, (1000, 3)).astype(np.uint8)
    others = rng.integers(0, 256, (1000, 3)).astype(np.uint8)
    measured = np.exp(np.abs(lightness(colours) - lightness(others)))
    assert np.allclose(measured, contrast(colours, others), rtol=0.01)


def test_a_value_beside_anothers_label_is_found() -> None:
    page = arrangement()
    runs = list(page.runs)
    runs[0], runs[3] = replace(runs[0], x=25), replace(runs[3], x=1)
    assert {finding.key for finding in astray(replace(page, runs=tuple(runs)))} == {"tea", "dose"}
    assert astray(page) == ()


def test_a_struck_value_must_show_its_line() -> None:
    page = arrangement()
    runs = list(page.runs)
    runs[2] = replace(runs[2], struck=True)
    struck = replace(page, runs=tuple(runs))
    right = subject(struck)
    assert kinds(right, right.frame) == set()
    frame = right.frame.copy()
    Exact().update(frame, right.grid, subject(page).grid, right.atlas)
    assert Kind.STALE in kinds(right, frame)
