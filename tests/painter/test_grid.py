# SPDX-License-Identifier: Apache-2.0
"""The grid says what the page says; a part made anew equals the whole made anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from phosphene.painter.atlas import BLOCKS, Atlas
from phosphene.painter.cells import FAR, FIRST, GROUND, INK, POINTS, SECOND, STEPS, THICKNESS, THICKNESS_STEPS
from phosphene.painter.charset import number
from phosphene.painter.grid import Grid, build, rebuild
from phosphene.painter.ground import pattern, spline
from phosphene.painter.layers import bar, ring, strike, toggle
from phosphene.painter.palette import Palette, palette
from phosphene.painter.panel import Panel
from phosphene.painter.placement import (
    Arrangement,
    Box,
    Decoration,
    DecorationKind,
    Ink,
    Role,
    Style,
    TextRun,
    Widget,
    WidgetKind,
)
from phosphene.painter.scene import Context
from phosphene.painter.shapes import SOLID, Below, Disc, RoundedRectangle, Sector
from phosphene.painter.writing import sparkline_steps
from tests.painter.random_pages import random_page
from tests.painter.shapes_between import worst_between

ATLAS = Atlas.load()
PANEL = Panel(320, 240)
SLOPES = np.broadcast_arrays(np.linspace(0, 0.5, 20)[None], np.linspace(0.5, 0, 15)[:, None])
FIELD = np.stack(SLOPES, axis=-1).astype(np.float32)
COLOURS = palette(Style(), Context())


def page(*things: TextRun | Widget, decoration: Decoration | None = None) -> Arrangement:
    runs = tuple(thing for thing in things if isinstance(thing, TextRun))
    widgets = tuple(thing for thing in things if isinstance(thing, Widget))
    return Arrangement(PANEL, Style(), runs, widgets, decoration or Decoration())


def grid_of(*things: TextRun | Widget, decoration: Decoration | None = None) -> Grid:
    return build(page(*things, decoration=decoration), COLOURS, FIELD, ATLAS)


def equal(one: Grid, other: Grid) -> bool:
    return (
        one.font == other.font
        and np.array_equal(one.glyph, other.glyph)
        and np.array_equal(one.colours, other.colours)
        and np.array_equal(one.shapes, other.shapes)
        and np.array_equal(one.cells.used, other.cells.used)
    )


def test_text_stands_part_by_part_where_its_run_says() -> None:
    run = TextRun(Role.VALUE, "k", "7 °", 3, 5, 2, Ink.WARNING)
    grid = grid_of(run)
    rows = ATLAS.rows("sans", 2)
    assert np.array_equal(grid.glyph[5:9, 3:5], rows[number("7")])
    assert np.array_equal(grid.glyph[5:9, 7:9], rows[number("°")])
    assert not grid.glyph[5:9, 5:7].any()
    assert (grid.colours[5:9, 3:9, INK] == COLOURS.inks[Ink.WARNING]).all()
    grid.glyph[5:9, 3:9] = 0
    assert not grid.glyph.any()


def test_an_empty_page_is_ground_that_follows_the_field() -> None:
    grid = grid_of()
    assert grid.flat.all()
    # Far from the lattice's ends a spline through a slope is the slope.
    middle = np.array([0.25 * (1 + 1 / 76), 0.25])
    shares = np.array([1 - middle.sum(), *middle])
    expected = shares @ COLOURS.ground
    assert np.abs(grid.colours[15, 20, :3] - expected).max() <= 3


@pytest.mark.parametrize(("points", "lattice"), [(30, 15), (96, 15), (40, 20), (200, 20)])
def test_the_spline_shares_out_one_and_is_smooth(points: int, lattice: int) -> None:
    near, shares = spline(points, lattice)
    weights = np.zeros((points, lattice))
    np.add.at(weights, (np.arange(points), near), shares)
    assert np.allclose(weights.sum(axis=1), 1, atol=1e-6)
    slope = (np.arange(lattice) + 0.5) / lattice
    inner = slice(points // lattice * 2, -points // lattice * 2)
    assert np.allclose((weights @ slope)[inner], ((np.arange(points) + 0.5) / points)[inner], atol=1e-5)


def test_a_panel_covers_its_inside_and_cuts_its_rim() -> None:
    grid = grid_of(Widget(WidgetKind.PANEL, Box(4, 4, 8, 6)))
    assert (grid.colours[5:9, 5:11, GROUND] == np.tile(COLOURS.surface, 4)).all()
    assert grid.flat[5:9, 5:11].all()
    rim = grid.cells.used > 0
    assert rim[4, 4:12].all()
    assert rim[9, 4:12].all()
    assert rim[4:10, 4].all()
    assert rim[4:10, 11].all()
    assert rim.sum() == 8 * 2 + 4 * 2
    assert (grid.colours[rim, FIRST] == COLOURS.surface).all()


def test_distances_are_those_of_the_shape() -> None:
    grid = grid_of(Widget(WidgetKind.BUTTON, Box(4, 4, 8, 6)))
    # The free edge is a pixel wide: at x = 32, 36 and 40 the edge at 33 lies 1 outside, 3 and 7 inside.
    assert grid.shapes[6, 4, POINTS : POINTS + 3].tolist() == [STEPS, -3 * STEPS, -7 * STEPS]
    assert grid.shapes[6, 4, THICKNESS + 1] == FAR


@pytest.mark.parametrize("level", [0.0, 0.25, 0.5, 0.61, 1.0])
def test_a_bar_is_filled_up_to_its_level(level: float) -> None:
    box = Box(2, 10, 20, 1)
    grid = grid_of(Widget(WidgetKind.BAR, box, level=level))
    where = bar(box, PANEL)
    edge = where.x + level * where.w
    for column in range(box.x + 1, box.x + box.w - 1):
        colour, second = grid.colours[10, column, FIRST], grid.shapes[10, column, 2 * POINTS]
        if (column + 1) * 8 < edge - 1:
            assert (colour == COLOURS.fill).all()
        elif column * 8 > edge + 1:
            assert (colour == COLOURS.track).all()
        elif column * 8 + 1 < edge < column * 8 + 7:
            assert (colour == COLOURS.track).all()
            assert (grid.colours[10, column, SECOND] == COLOURS.fill).all()
            assert second == round((column * 8 - edge) * STEPS)


def test_a_ring_is_a_disc_with_a_thickness_and_the_filled_part_lies_in_it() -> None:
    box = Box(10, 8, 10, 10)
    grid = grid_of(Widget(WidgetKind.RING, box, level=0.5))
    where = ring(box)
    used = grid.cells.used[8:18, 10:20] > 0
    assert not used[4:6, 4:6].any()
    cut = grid.shapes[8:18, 10:20][used]
    assert (cut[:, THICKNESS + 1] == round(where.thickness * THICKNESS_STEPS)).all()
    colours = grid.colours[8:18, 10:20, FIRST]
    right, left = used.copy(), used.copy()
    right[:, :6], left[:, 4:] = False, False
    assert (colours[right] == COLOURS.fill).all()
    assert (colours[left] == COLOURS.track).all()


def test_a_sparkline_stands_in_steps_of_two_pixels() -> None:
    widget = Widget(WidgetKind.SPARKLINE, Box(5, 5, 4, 2), history=(0.0, 0.5, 0.75, 1.0))
    assert sparkline_steps(widget).tolist() == [1, 4, 6, 8]
    grid = grid_of(widget)
    blocks = ATLAS.rows("sans", 1)[BLOCKS : BLOCKS + 4, 1, 0]
    assert grid.glyph[6, 5:9].tolist() == [blocks[0], blocks[3], blocks[3], blocks[3]]
    assert grid.glyph[5, 5:9].tolist() == [0, 0, blocks[1], blocks[3]]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6])
def test_a_struck_value_has_a_line_through_every_cell_of_its_width(size: int) -> None:
    run = TextRun(Role.VALUE, "k", "12", 2, 2, size, Ink.MAIN, struck=True)
    grid = grid_of(run)
    line = strike(run.box)
    row = int(line.y // 8)
    assert (grid.colours[row, 2 : 2 + 2 * size, FIRST] == COLOURS.strike).all()
    assert not grid_of(replace(run, struck=False)).cells.used.any()


def test_a_third_edge_in_a_cell_pushes_the_lowest_out() -> None:
    nested = [
        Widget(WidgetKind.PANEL, Box(4, 4, 12, 8)),
        Widget(WidgetKind.BUTTON, Box(4, 4, 11, 7)),
        Widget(WidgetKind.BAR, Box(4, 4, 9, 1), level=1.0),
    ]
    grid = grid_of(*nested)
    assert (grid.colours[4, 4, FIRST] == COLOURS.button).all()
    assert (grid.colours[4, 4, SECOND] == COLOURS.fill).all()


@pytest.mark.parametrize("kind", [kind for kind in DecorationKind if kind is not DecorationKind.NONE])
def test_decoration_shows_and_stays_behind(kind: DecorationKind) -> None:
    decoration = Decoration(kind, 12, 9, 5)
    grid = grid_of(Widget(WidgetKind.PANEL, Box(4, 4, 20, 12)), decoration=decoration)
    assert (grid.shapes[..., THICKNESS] != FAR).any()
    assert (grid.colours[6:14, 6:22, GROUND] == np.tile(COLOURS.surface, 4)).all()
    assert pattern(decoration) is not None


def test_a_cell_described_by_its_nine_points_knows_the_shape_between_them() -> None:
    # What the renderer's weights start from: a parabola through three points each way.
    for shape, most in ((Disc(80, 60, 30), 0.15), (Disc(80, 60, 12), 0.35), (Below(41.5), 0.06)):
        assert worst_between(shape, Box(4, 2, 12, 10)) < most
    # A corner's middle is a kink for a parabola.
    assert worst_between(RoundedRectangle(33, 33, 90, 60, 7), Box(4, 4, 12, 8)) < 1.5


def test_sectors_turn_clockwise_from_twelve() -> None:
    x, y = np.array([[10, -10]], np.float32), np.array([[-10], [10]], np.float32)
    quarter = Sector(0, 0, 0.25).distance(x, y) < 0
    assert quarter.tolist() == [[True, False], [False, False]]
    assert (Sector(0, 0, 0.75).distance(x, y) < 0).tolist() == [[True, False], [True, True]]
    assert (Sector(0, 0, 1.0).distance(x, y) == -SOLID).all()
    assert (Sector(0, 0, 0.0).distance(x, y) == SOLID).all()


def test_toggles_differ_on_and_off() -> None:
    case = toggle(Box(2, 2, 4, 2))
    assert case.knob(True)[0] - case.knob(False)[0] == pytest.approx(case.w - case.h)
    off, on = (grid_of(Widget(WidgetKind.TOGGLE, Box(2, 2, 4, 2), on=state)) for state in (False, True))
    assert not equal(off, on)


def changed(arrangement: Arrangement, rng: np.random.Generator) -> Arrangement:
    """Return the page with one thing gone, moved, or with another level or text."""
    runs, widgets = list(arrangement.runs), list(arrangement.widgets)
    for _ in range(int(rng.integers(1, 4))):
        if widgets and rng.random() < 0.5:
            at = int(rng.integers(len(widgets)))
            if rng.random() < 0.2:
                del widgets[at]
            else:
                widgets[at] = replace(widgets[at], level=float(rng.random()), on=not widgets[at].on)
        elif runs:
            at = int(rng.integers(len(runs)))
            if rng.random() < 0.3:
                del runs[at]
            else:
                runs[at] = replace(runs[at], text=runs[at].text[::-1], struck=bool(rng.random() < 0.3))
    return replace(arrangement, runs=tuple(runs), widgets=tuple(widgets))


@pytest.mark.parametrize("seed", range(40))
def test_rebuilding_what_changed_equals_building_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before, colours, field = random_page(rng, 4)
    grid = build(before, colours, field, ATLAS)
    for _ in range(3):
        after = changed(before, rng)
        grid = rebuild(grid, before, after, colours, ATLAS)
        assert equal(grid, build(after, colours, field, ATLAS))
        before = after


def test_another_style_is_no_change_of_parts() -> None:
    before = page()
    grid = build(before, COLOURS, FIELD, ATLAS)
    with pytest.raises(ValueError, match="new grid"):
        rebuild(grid, before, replace(before, style=Style(hue=1)), COLOURS, ATLAS)


def test_a_palette_of_another_theme_changes_every_cell() -> None:
    other: Palette = palette(Style(theme=1), Context())  # type: ignore[arg-type]
    assert (build(page(), other, FIELD, ATLAS).colours[..., GROUND] != grid_of().colours[..., GROUND]).all()
