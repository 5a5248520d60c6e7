# SPDX-License-Identifier: Apache-2.0
"""Reading only what differs from a frame that passed finds what reading all of it finds, wherever the fault is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from phosphene.errors import PhospheneError
from phosphene.painter.afresh import Passed, afresh, everything
from phosphene.painter.finding import Finding, Kind
from phosphene.painter.gate import check
from phosphene.painter.painted import Painted
from phosphene.painter.painter import Painter
from phosphene.painter.palette import Palette, palette
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Choice, Fact, Scene
from phosphene_tools.painter.faults import Exact, Subject, wrong
from tests.painter.any_scene import PANELS, later, scenes
from tests.painter.pages import arrangement, subject, with_text


@cache
def painter(panel: Panel) -> Painter:
    return Painter.load(panel)


def colours(painted: Painted) -> Palette:
    return palette(painted.arrangement.style, painted.scene.context, painted.scene.urgency)


def passed(painted: Painted) -> Passed:
    return Passed(painted.frame, painted.arrangement, colours(painted), painted.grid)


def both(frame: np.ndarray, now: Painted, before: Painted, paints: Painter) -> tuple[list[Finding], list[Finding]]:
    """Return what is found in a frame that should be `now`'s: read whole, and where it differs from `before`."""
    given = (frame, now.arrangement, colours(now), now.grid, paints.atlas)
    return check(*given, reader=paints.reader), check(*given, reader=paints.reader, passed=passed(before))


@settings(max_examples=15)
@given(scenes(1), st.sampled_from(PANELS[:2]), st.data())
def test_whatever_is_wrong_is_found_in_part_as_in_whole(scene: Scene, panel: Panel, data: st.DataObject) -> None:
    paints = painter(panel)
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    try:
        before = paints.paint(scene)
        now = paints.update(before, data.draw(later(scene)))
    except (PhospheneError, IndexError):
        assume(False)
        raise
    whole, part = both(now.frame, now, before, paints)
    assert whole == part == []
    right = Subject(now.arrangement, colours(now), now.grid, paints.atlas, now.frame)
    for kind in Kind:
        damaged = wrong(kind, right, rng, Exact())
        if damaged is not None:
            whole, part = both(damaged, now, before, paints)
            assert whole == part
    for _ in range(6):
        # A blot anywhere, at the edge of what changed as often as not, of any size and any colour.
        damaged = now.frame.copy()
        y, x = (int(rng.integers(0, side - 2)) for side in damaged.shape[:2])
        high, wide = (int(side) for side in rng.integers(1, 20, 2))
        damaged[y : y + high, x : x + wide] = rng.integers(0, 256, 3)
        whole, part = both(damaged, now, before, paints)
        assert whole == part
    # A frame that was not painted anew.
    whole, part = both(before.frame.copy(), now, before, paints)
    assert whole == part


CLOCK = Scene((Fact("left", "00:10:59", "Left", level=0.4), Fact("at", "12", "At")), (Choice("stop", "Stop"),), seed=3)


@cache
def ticked() -> tuple[Painter, Painted, Painted]:
    paints = painter(Panel())
    before = paints.paint(CLOCK)
    facts = (replace(CLOCK.facts[0], value="00:10:58"), CLOCK.facts[1])
    return paints, before, paints.update(before, replace(CLOCK, facts=facts))


def test_of_a_second_that_ticks_one_line_is_read() -> None:
    _, before, now = ticked()
    new = afresh(now.frame, now.arrangement, colours(now), now.grid, passed(before))
    assert [now.arrangement.runs[index].text for index in new.runs] == ["00:10:58"]
    assert new.widgets == ()
    assert new.window is not None
    assert new.window.w * new.window.h < now.grid.glyph.size / 3
    assert afresh(now.frame, now.arrangement, colours(now), now.grid, passed(now)).window is None


def test_the_old_digit_is_found_when_nothing_was_painted() -> None:
    paints, before, now = ticked()
    whole, part = both(before.frame.copy(), now, before, paints)
    assert whole == part
    assert [(finding.kind, finding.key) for finding in part] == [(Kind.GLYPH, "left")]


def test_a_level_that_moves_no_cell_is_measured() -> None:
    """What is wanted changed, and neither a pixel nor the grid."""
    right = subject()
    widgets = tuple(replace(one, level=0.9) if one.level == 0.4 else one for one in right.arrangement.widgets)
    held = Passed(right.frame, right.arrangement, right.palette, right.grid)
    found = check(
        right.frame, replace(right.arrangement, widgets=widgets), right.palette, right.grid, right.atlas, passed=held
    )
    assert [(finding.kind, finding.key) for finding in found] == [(Kind.FILL, "tea")]


def test_a_text_that_was_taken_away_leaves_nothing_behind() -> None:
    right = subject()
    fewer = replace(right.arrangement, runs=right.arrangement.runs[:-1])
    without = subject(fewer)
    held = Passed(right.frame, right.arrangement, without.palette, right.grid)
    grid = replace(without.grid, base=right.grid.base)
    stale = check(right.frame, fewer, without.palette, grid, right.atlas, passed=held)
    assert stale == check(right.frame, fewer, without.palette, grid, right.atlas)
    assert [finding.kind for finding in stale] == [Kind.STRAY]


@pytest.mark.parametrize("change", ["palette", "base", "font"])
def test_with_little_in_common_all_is_read(change: str) -> None:
    right, page = subject(), with_text(arrangement(), 1, "-12.6")
    held = Passed(right.frame, right.arrangement, right.palette, right.grid)
    colours_now, grid = right.palette, right.grid
    if change == "palette":
        colours_now = replace(right.palette)
    elif change == "base":
        grid = replace(grid, base=grid.base.copy())
    else:
        grid = replace(grid, font="slab")
    new, whole = afresh(right.frame, page, colours_now, grid, held), everything(page, grid)
    assert (new.runs, new.widgets, new.window) == (whole.runs, whole.widgets, whole.window)
