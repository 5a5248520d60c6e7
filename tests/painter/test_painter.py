# SPDX-License-Identifier: Apache-2.0
"""The whole painter with the graphs that are shipped: whatever the scene, no value is wrong, cut, or lost."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from functools import cache
from resource import RUSAGE_SELF, getrusage

import numpy as np
import pytest
from hypothesis import assume, given, settings

from phosphene.errors import PhospheneError
from phosphene.painter.painter import Painter
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Role
from phosphene.painter.scene import Choice, Context, Fact, Grade, Scene, Status
from tests.painter.any_scene import PANELS, panels, scenes
from tests.painter.promises import hold, pages_of, why_not

TEA = Scene(
    (
        Fact("tea", "-12.5", "Kettle", "°C", Status.WARNING, level=0.4),
        Fact("left", "00:03:20", "Left", on=True),
        Fact("dose", "0.75", "Dose", "ml", grade=Grade.OVERLAY),
    ),
    (Choice("go", "Start", main=True), Choice("no", "Not now")),
    "Tea",
    seed=20,
)


@cache
def painter(panel: Panel) -> Painter:
    return Painter.load(panel)


@settings(max_examples=40)
@given(scenes(), panels())
def test_all_that_is_promised_holds_of_any_scene_on_any_panel(scene: Scene, panel: Panel) -> None:
    paints = painter(panel) if panel in PANELS else Painter.load(panel)
    if (refused := why_not(scene, paints.panel)) is not None:
        assert refused.place
        assert refused.cure
        return
    hold(pages_of(paints, scene), paints)


@settings(max_examples=12)
@given(scenes(1))
def test_the_same_scene_gives_the_same_pictures(scene: Scene) -> None:
    paints = painter(PANELS[1])
    assume(why_not(scene, paints.panel) is None)
    one, two = pages_of(paints, scene), pages_of(paints, scene)
    for first, second in zip(one, two, strict=True):
        assert np.array_equal(first.frame, second.frame)
        assert (first.tree, first.outcome) == (second.tree, second.outcome)


def test_another_process_paints_the_same_bytes() -> None:
    script = (
        "import hashlib; from phosphene.painter.painter import Painter; "
        "from phosphene.painter.scene import *; from phosphene.painter.panel import Panel; "
        "scene = Scene((Fact('a', '3.25', 'Water', 'ml', level=0.3),), (Choice('go', 'Start'),), 'Pour', seed=7); "
        "print(hashlib.sha256(Painter.load(Panel()).paint(scene).frame.tobytes()).hexdigest())"
    )
    scene = Scene((Fact("a", "3.25", "Water", "ml", level=0.3),), (Choice("go", "Start"),), "Pour", seed=7)
    here = hashlib.sha256(painter(Panel()).paint(scene).frame.tobytes()).hexdigest()
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=120)
    assert told.stdout.strip() == here


@pytest.mark.parametrize("distance", [30, 150, 600])
@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: f"{panel.width}x{panel.height}")
def test_the_longest_values_are_whole_from_any_distance(panel: Panel, distance: float) -> None:
    facts = tuple(
        Fact(f"fact{number}", f"{number}8881234.5 670 1234 5.60", "Something with a long name 1234567", "mg/min")
        for number in range(6)
    )
    scene = Scene(facts, title="The longest of all", context=Context(distance))
    if why_not(scene, panel) is not None:
        assert panel is PANELS[0], "only the smallest may refuse it"
        return
    hold(pages_of(painter(panel), scene), painter(panel))


def test_a_fact_that_is_too_old_is_struck_on_the_screen() -> None:
    paints = painter(Panel())
    fresh = paints.paint(TEA)
    facts = tuple(replace(fact, age_s=3.0, age_limit_s=2.0) for fact in TEA.facts)
    stale = paints.paint(replace(TEA, facts=facts))
    values = [run for run in stale.arrangement.runs if run.role is Role.VALUE]
    assert all(run.struck for run in values)
    assert all(node.stale for node in stale.tree if node.role != "button" and node.label)
    assert fresh.arrangement.widgets == stale.arrangement.widgets, "age alone moves nothing"
    for run in values:
        at = np.s_[8 * run.y : 8 * (run.y + run.box.h), 8 * run.x : 8 * (run.x + run.box.w)]
        across = (fresh.frame[at] != stale.frame[at]).any(axis=(0, 2))
        assert across.mean() > 0.5, f"a line goes through {run.text!r}"


def test_memory_does_not_grow_with_frames() -> None:
    paints = painter(PANELS[0])
    before = paints.paint(TEA)
    peaks: list[int] = []
    for number in range(500):
        value = f"{-number / 10:.1f}"
        if number % 25:
            before = paints.update(before, _with_value(before.scene, value))
        else:
            before = paints.paint(replace(_with_value(TEA, value), seed=number))
        peaks.append(getrusage(RUSAGE_SELF).ru_maxrss)
    # Kibibytes; a frame with its grid takes more than 100.
    assert peaks[-1] - peaks[250] < 4_000


def _with_value(scene: Scene, value: str) -> Scene:
    return replace(scene, facts=(replace(scene.facts[0], value=value), *scene.facts[1:]))


def test_a_page_that_the_scene_has_not_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        painter(Panel()).paint(TEA, page=9)


@pytest.mark.parametrize(
    ("width", "height"), [(0, 0), (0, 240), (320, 0), (-320, 240), (321, 240), (320, 239), (152, 120), (100_000, 240)]
)
def test_a_screen_that_cannot_be_painted_is_refused(width: int, height: int) -> None:
    with pytest.raises(PhospheneError, match="can't be painted") as refused:
        Panel(width, height)
    assert refused.value.place == "panel"
    assert refused.value.cure


def test_a_title_alone_that_is_too_large_for_its_distance_has_a_page() -> None:
    scene = Scene((), title="Nothing but a title", context=Context(600))
    hold(pages_of(painter(Panel(872, 120, 30.0)), scene), painter(Panel(872, 120, 30.0)))
