# SPDX-License-Identifier: Apache-2.0
"""The int8 renderer: near its teacher, the same in part and whole, and each cell on its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from phosphene.accelerators import Cpu
from phosphene.painter.atlas import Atlas
from phosphene.painter.grid import Grid, build, rebuild
from phosphene.painter.panel import CELL, Panel
from phosphene.painter.placement import Arrangement
from phosphene.painter.render import Frame, Renderer, transition
from tests.painter.random_pages import paint, random_page
from tests.painter.test_grid import changed

ATLAS = Atlas.load()


def by_cell(picture: np.ndarray, grid: Grid) -> np.ndarray:
    rows, columns = grid.glyph.shape
    return picture.reshape(rows, CELL, columns, CELL, 3).transpose(0, 2, 1, 3, 4)


def pages(count: int, seed: int = 900) -> list[tuple[Arrangement, Grid, np.ndarray, Frame]]:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        page, colours, field = random_page(rng, 4)
        grid = build(page, colours, field, ATLAS)
        exact = paint(page, colours, field, grid, ATLAS.parts(grid.font))
        found.append((page, grid, exact, Renderer(page.panel).frame(grid, ATLAS)))
    return found


@pytest.fixture(scope="module")
def painted() -> list[tuple[Arrangement, Grid, np.ndarray, Frame]]:
    return pages(20)


def decibels(errors: list[np.ndarray]) -> float:
    return float(10 * np.log10(255**2 / np.concatenate(errors).mean()))


def test_widgets_and_glyphs_come_near_the_teacher(painted: list[tuple[Arrangement, Grid, np.ndarray, Frame]]) -> None:
    glyphs, widgets, grounds = [], [], []
    for _, grid, exact, frame in painted:
        squares = by_cell(np.square(frame - exact), grid)
        glyphs.append(squares[grid.glyph > 0].ravel())
        widgets.append(squares[(grid.cells.used > 0) & (grid.glyph == 0)].ravel())
        grounds.append(squares[grid.flat].ravel())
    assert decibels(glyphs) >= 30
    assert decibels(widgets) >= 30
    assert decibels(grounds) >= 40


def test_an_even_ground_is_painted_even(painted: list[tuple[Arrangement, Grid, np.ndarray, Frame]]) -> None:
    for _, grid, exact, frame in painted:
        assert np.abs(by_cell(frame - exact, grid)[grid.flat]).max() <= 6


@pytest.mark.parametrize("seed", range(12))
def test_a_partial_repaint_equals_a_full_one_bit_for_bit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before, colours, field = random_page(rng, 4)
    renderer = Renderer(before.panel)
    grid = build(before, colours, field, ATLAS)
    frame = renderer.frame(grid, ATLAS)
    for _ in range(4):
        after = changed(before, rng)
        new = rebuild(grid, before, after, colours, ATLAS)
        was = frame.copy()
        boxes = renderer.update(frame, grid, new, ATLAS)
        assert np.array_equal(frame, renderer.frame(new, ATLAS))
        outside = np.ones(grid.glyph.shape, bool)
        for box in boxes:
            outside[box.y : box.y + box.h, box.x : box.x + box.w] = False
        assert np.array_equal(by_cell(frame, grid)[outside], by_cell(was, grid)[outside])
        before, grid = after, new


def test_nothing_changed_nothing_is_painted() -> None:
    page, colours, field = random_page(np.random.default_rng(3), 4)
    renderer = Renderer(page.panel)
    grid = build(page, colours, field, ATLAS)
    frame = np.full((page.panel.height, page.panel.width, 3), 7, np.uint8)
    assert renderer.update(frame, grid, grid, ATLAS) == []
    assert (frame == 7).all()


def test_the_picture_depends_on_the_glyphs() -> None:
    page, colours, field = random_page(np.random.default_rng(5), 4)
    grid = build(page, colours, field, ATLAS)
    written = grid.glyph > 0
    assert written.any()
    renderer = Renderer(page.panel)
    blank = replace(grid, glyph=np.zeros_like(grid.glyph))
    differ = (by_cell(renderer.frame(grid, ATLAS), grid) != by_cell(renderer.frame(blank, ATLAS), grid)).any((2, 3, 4))
    assert not differ[~written].any()
    assert differ[written].mean() > 0.9


@pytest.mark.parametrize("size", [(160, 120), (512, 384), (800, 480), (328, 248)])
def test_every_panel_is_painted_by_the_same_graphs(size: tuple[int, int]) -> None:
    panel = Panel(*size)
    page, colours, field = random_page(np.random.default_rng(8), 4)
    page = replace(page, panel=panel, runs=(), widgets=())
    frame = Renderer(panel).frame(build(page, colours, field, ATLAS), ATLAS)
    assert frame.shape == (size[1], size[0], 3)
    assert frame.dtype == np.uint8


def test_a_grid_of_another_panel_is_refused() -> None:
    page, colours, field = random_page(np.random.default_rng(8), 4)
    grid = build(replace(page, panel=Panel(160, 120), runs=(), widgets=()), colours, field, ATLAS)
    with pytest.raises(ValueError, match="on a panel of"):
        Renderer(Panel(320, 240)).frame(grid, ATLAS)


def test_two_threads_paint_the_same() -> None:
    page, colours, field = random_page(np.random.default_rng(11), 4)
    grid = build(page, colours, field, ATLAS)
    one, two = (Renderer(page.panel, accelerator=Cpu(threads)).frame(grid, ATLAS) for threads in (1, 2))
    assert np.array_equal(one, two)


def test_a_transition_begins_and_ends_with_its_frames() -> None:
    rng = np.random.default_rng(0)
    first, last = (rng.integers(0, 256, (16, 24, 3)).astype(np.uint8) for _ in range(2))
    assert np.array_equal(transition(first, last, 0.0), first)
    assert np.array_equal(transition(first, last, 1.0), last)
    middle = transition(first, last, 0.5).astype(int)
    assert np.abs(2 * middle - first - last.astype(int)).max() <= 2
    with pytest.raises(ValueError, match="no way"):
        transition(first, last, 1.5)
