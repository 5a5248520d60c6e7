# SPDX-License-Identifier: Apache-2.0
"""Scenes that tick: what is painted anew is, bit for bit, what painting all of it would have given."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from phosphene.painter.charset import SceneError
from phosphene.painter.field import family_of
from phosphene.painter.grid import build
from phosphene.painter.overlay import critical, overlay
from phosphene.painter.painted import Painted
from phosphene.painter.painter import Painter
from phosphene.painter.palette import palette
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Role
from phosphene.painter.scene import Choice, Fact, Grade, Scene
from tests.painter.any_scene import PANELS, later, scenes
from tests.painter.promises import assert_spelled


@cache
def painter(panel: Panel) -> Painter:
    return Painter.load(panel)


def assert_as_if_whole(after: Painted, paints: Painter) -> None:
    """Assert that the frame is what a full painting of its arrangement gives, in a straight line of its own."""
    if after.outcome.tries > 1:
        return  # what the gate had painted again, or written, is not the first field's picture
    arrangement, scene = after.arrangement, after.scene
    colours = palette(arrangement.style, scene.context, scene.urgency)
    weights = paints.field.draw(scene.seed, family_of(scene.seed), arrangement.style.vivid)
    grid = build(arrangement, colours, weights, paints.atlas)
    frame = paints.renderer.frame(grid, paints.atlas)
    overlay(frame, arrangement, colours, grid, paints.atlas, critical(arrangement))
    assert np.array_equal(frame, after.frame)
    for fact in after.composed.page.facts:
        runs = [run for run in arrangement.runs if run.role is Role.VALUE and run.key == fact.key]
        assert_spelled(runs, fact.shown)
        assert fact == next(one for one in scene.facts if one.key == fact.key), "the page holds the new facts"


@settings(max_examples=20)
@given(scenes(1), st.sampled_from(PANELS[:2]), st.data())
def test_a_chain_of_changes_is_painted_as_if_it_were_whole(scene: Scene, panel: Panel, data: st.DataObject) -> None:
    paints = painter(panel)
    try:
        shown = paints.paint(scene)
        for _ in range(5):
            scene = data.draw(later(scene))
            before = shown.frame.copy()
            old, shown = shown, paints.update(shown, scene)
            assert np.array_equal(old.frame, before), "what was shown stays as it is"
            assert shown.scene == scene
            assert_as_if_whole(shown, paints)
    except (SceneError, IndexError):
        assume(False)  # a value has grown beyond the panel, or its page has gone


CLOCK = Scene(
    (Fact("left", "00:10:59", "Left"), Fact("dose", "1.25", "Dose", "ml", grade=Grade.OVERLAY)),
    (Choice("stop", "Stop", main=True),),
    "Timer",
    seed=3,
)


def _with(scene: Scene, value: str, key: str = "left") -> Scene:
    return replace(scene, facts=tuple(replace(one, value=value) if one.key == key else one for one in scene.facts))


def test_a_second_that_ticks_paints_little_and_moves_nothing() -> None:
    paints = painter(Panel())
    before = paints.paint(CLOCK)
    after = paints.update(before, _with(CLOCK, "00:10:58"))
    assert after.composed.tokens == before.composed.tokens
    assert [run.box for run in after.arrangement.runs] == [run.box for run in before.arrangement.runs]
    changed = (after.frame != before.frame).any(axis=2)
    (last,) = [run for run in after.arrangement.runs if run.key == "left" and run.role is Role.VALUE]
    rows, columns = np.nonzero(changed)
    assert 8 * (last.x + 7 * last.size) <= columns.min() <= columns.max() < 8 * (last.x + 8 * last.size)
    assert 8 * last.y <= rows.min() <= rows.max() < 8 * (last.y + 2 * last.size)
    assert_as_if_whole(after, paints)


@pytest.mark.parametrize("value", ["9", "123456789", "-1 234 567.125 000 1", "x" * 24, "1 2 3 4 5 6"])
@pytest.mark.parametrize("key", ["left", "dose"])
def test_values_that_grow_or_shrink_are_whole(value: str, key: str) -> None:
    paints = painter(Panel())
    after = paints.update(paints.paint(CLOCK), _with(CLOCK, value, key))
    assert_as_if_whole(after, paints)
    again = paints.update(after, CLOCK)
    assert_as_if_whole(again, paints)
    assert {node.text for node in again.tree} == {node.text for node in paints.paint(CLOCK).tree}


def test_a_value_that_becomes_too_old_is_struck_at_once_and_freed_when_it_is_new() -> None:
    paints = painter(Panel())
    fresh = paints.paint(CLOCK)
    old = replace(CLOCK, facts=tuple(replace(one, age_s=5.0, age_limit_s=2.0) for one in CLOCK.facts))
    stale = paints.update(fresh, old)
    assert all(run.struck for run in stale.arrangement.runs if run.role is Role.VALUE)
    assert_as_if_whole(stale, paints)
    again = paints.update(stale, CLOCK)
    assert not any(run.struck for run in again.arrangement.runs)
    assert np.array_equal(again.frame, fresh.frame)
