# SPDX-License-Identifier: Apache-2.0
"""Cells that are the same are painted once, and no two that differ are taken for the same."""

from __future__ import annotations

import dataclasses
import gc
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.painter import distinct as module
from phosphene.painter import render
from phosphene.painter.atlas import Atlas
from phosphene.painter.distinct import distinct, words
from phosphene.painter.grid import build
from phosphene.painter.kept import Kept
from phosphene.painter.read import Reader
from phosphene.painter.render import Renderer
from tests.painter.random_pages import random_page

ATLAS = Atlas.load()


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60))
def test_each_cell_has_a_kind_of_its_own_content(numbers: list[int]) -> None:
    cells = np.array(numbers, np.uint64)[:, None] * np.arange(7, dtype=np.uint64)
    first, kind = distinct(cells)
    assert np.array_equal(cells[first[kind]], cells)
    assert len(first) == len(set(numbers))


def test_hashes_that_meet_mix_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FACTORS", np.zeros(7, np.uint64))
    cells = np.arange(70, dtype=np.uint64).reshape(10, 7)
    first, kind = distinct(cells)
    assert np.array_equal(cells[first[kind]], cells)


def test_words_hold_all_that_the_graph_is_given() -> None:
    page, colours, field = random_page(np.random.default_rng(2), 4)
    grid = build(page, colours, field, ATLAS)
    before = words(grid)
    for part in (grid.glyph, grid.colours, grid.shapes):
        flat = part.reshape(grid.glyph.size, -1)
        for channel in range(flat.shape[1]):
            flat[7, channel] ^= 1
            assert np.flatnonzero((words(grid) != before).any(axis=1)).tolist() == [7]
            flat[7, channel] ^= 1


@pytest.mark.parametrize("seed", range(6))
def test_a_cell_comes_out_the_same_in_any_company(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    page, colours, field = random_page(np.random.default_rng(seed), 4)
    grid, atlas = build(page, colours, field, ATLAS), ATLAS
    frame = Renderer(page.panel).frame(grid, atlas)
    monkeypatch.setattr(render, "distinct", lambda cells: (np.arange(len(cells)), np.arange(len(cells))))
    assert np.array_equal(Renderer(page.panel).frame(grid, atlas), frame)


class Owner:
    """Something that can be owned from."""


def test_what_was_made_goes_with_its_owner() -> None:
    kept: Kept[Owner, str, list[int]] = Kept()
    one, other = Owner(), Owner()
    made = kept.get(one, "a", lambda: [1])
    assert kept.get(one, "a", lambda: [2]) is made
    assert kept.get(other, "a", lambda: [3]) == [3]
    assert len(kept) == 2
    del one
    gc.collect()
    assert len(kept) == 1


def test_a_reader_and_a_renderer_let_an_atlas_go() -> None:
    # No other copy of it is loaded, and none is kept elsewhere.
    atlas = dataclasses.replace(ATLAS)
    page, colours, field = random_page(np.random.default_rng(1), 4)
    renderer, reader = Renderer(page.panel), Reader.load()
    renderer.frame(build(page, colours, field, atlas), atlas)
    reader.known(atlas, atlas.fonts[0], 1)
    alive = weakref.ref(atlas)
    del atlas
    gc.collect()
    assert alive() is None
