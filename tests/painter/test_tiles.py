# SPDX-License-Identifier: Apache-2.0
"""What changed is found, covered by boxes, and cut into portions without a gap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.painter.atlas import Atlas
from phosphene.painter.grid import build
from phosphene.painter.palette import palette
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Arrangement, Ink, Role, Style, TextRun
from phosphene.painter.scene import Context
from phosphene.painter.tiles import boxes, changed, portions

ATLAS = Atlas.load()
FIELD = np.zeros((15, 20, 2), np.float32)


@given(st.integers(0, 5000), st.sets(st.integers(1, 400), min_size=1, max_size=4))
def test_portions_follow_each_other_and_fit_their_graphs(count: int, sizes: set[int]) -> None:
    end = 0
    for start, stop, size in portions(count, sorted(sizes)):
        assert start == end
        assert start < stop <= start + size
        assert size in sizes
        end = stop
    assert end == count


def test_a_few_cells_take_the_small_graph_and_a_frame_the_large_one() -> None:
    assert [size for _, _, size in portions(8, (50, 300))] == [50]
    assert [size for _, _, size in portions(1200, (50, 300))] == [300] * 4
    assert [size for _, _, size in portions(380, (50, 300))] == [300, 50, 50]


@given(st.sets(st.integers(0, 20 * 15 - 1)))
def test_boxes_cover_the_places_and_nothing_else(places: set[int]) -> None:
    found = boxes(np.array(sorted(places), np.intp), 20)
    covered = [y * 20 + x for box in found for y in range(box.y, box.y + box.h) for x in range(box.x, box.x + box.w)]
    assert sorted(covered) == sorted(places)


def test_a_changed_digit_is_one_box() -> None:
    run = TextRun(Role.VALUE, "k", "12:34", 2, 3, 2, Ink.MAIN)
    page = Arrangement(Panel(320, 240), Style(), (run,), ())
    colours = palette(Style(), Context())
    before = build(page, colours, FIELD, ATLAS)
    after = build(replace(page, runs=(replace(run, text="12:35"),)), colours, FIELD, ATLAS)
    places = changed(before, after)
    assert 0 < len(places) <= 8
    (box,) = boxes(places, 40)
    assert box.x >= 10
    assert box.x + box.w <= 12
    assert not len(changed(before, before))


def test_grids_of_two_sizes_are_not_compared() -> None:
    colours = palette(Style(), Context())
    small, large = (
        build(Arrangement(Panel(*size), Style(), (), ()), colours, FIELD, ATLAS) for size in ((160, 120), (320, 240))
    )
    with pytest.raises(ValueError, match="can't be compared"):
        changed(small, large)
