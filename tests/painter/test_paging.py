# SPDX-License-Identifier: Apache-2.0
"""Scenes in pages: everything shown once, in order, and fewer things from farther away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from phosphene.painter.charset import SceneError
from phosphene.painter.paging import paginate
from phosphene.painter.panel import Panel
from phosphene.painter.plain import plain
from phosphene.painter.problems import problems
from phosphene.painter.scene import Choice, Context, Fact, Scene

PANELS = (Panel(160, 120, 36), Panel(320, 240, 58), Panel(512, 384, 100), Panel(800, 480, 154))
FACTS = tuple(Fact(f"room.{number}", f"{20 + number}.5", f"Room {number}", "°C") for number in range(6))
CHOICES = (Choice("on", "On", main=True), Choice("off", "Off"), Choice("more", "More"), Choice("back", "Back"))


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: f"{panel.width}x{panel.height}")
@pytest.mark.parametrize("facts", range(1, 7))
@pytest.mark.parametrize("choices", [0, 2, 4])
def test_every_fact_is_on_one_page_and_every_choice_somewhere(panel: Panel, facts: int, choices: int) -> None:
    pages = paginate(Scene(FACTS[:facts], CHOICES[:choices], "House"), panel)
    assert [fact for page in pages for fact in page.facts] == list(FACTS[:facts])
    assert {choice.key for page in pages for choice in page.choices} == {choice.key for choice in CHOICES[:choices]}
    for number, page in enumerate(pages):
        assert (page.number, page.count) == (number, len(pages))
        assert page.mark == (f"{number + 1}/{len(pages)}" if len(pages) > 1 else "")
        assert problems(plain(page, panel), page) == []


def test_farther_means_larger_and_fewer() -> None:
    scene = Scene(FACTS, title="House")
    near = paginate(replace(scene, context=Context(distance_cm=40)), PANELS[1])
    far = paginate(replace(scene, context=Context(distance_cm=300)), PANELS[1])
    assert min(page.sizes[0] for page in far) > max(page.sizes[0] for page in near)
    assert len(far) > len(near)


def test_the_same_scene_has_the_same_pages() -> None:
    scene = Scene(FACTS, CHOICES, "House")
    first = paginate(scene, PANELS[0])
    paginate.cache_clear()
    assert paginate(scene, PANELS[0]) == first


def test_a_value_that_no_panel_of_this_width_holds_is_refused() -> None:
    long = Fact("code", "123456789012345678901234")
    with pytest.raises(SceneError, match="24 characters, more than 160x120"):
        paginate(Scene((long,)), PANELS[0])
    assert len(paginate(Scene((long,)), PANELS[1])) == 1


def test_a_long_value_of_words_is_wrapped() -> None:
    page = paginate(Scene((Fact("day", "Wednesday 23 December"),)), PANELS[0])[0]
    runs = plain(page, PANELS[0]).runs
    assert len(runs) > 1
    assert " ".join(run.text for run in runs) == "Wednesday 23 December"
