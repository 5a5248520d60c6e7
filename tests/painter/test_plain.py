# SPDX-License-Identifier: Apache-2.0
"""The layout of last resort: always valid, whatever comes."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.painter.charset import SceneError
from phosphene.painter.fit import value_lines
from phosphene.painter.paging import paginate
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Role, Theme
from phosphene.painter.plain import plain
from phosphene.painter.problems import problems
from phosphene.painter.scene import ColourVision, Context, Fact, Hand, Intent, Scene, Urgency
from recipes.composer.scenes import Split, panel, scene


@pytest.mark.parametrize("seed", range(60))
def test_any_scene_on_any_panel_is_valid_or_refused(seed: int) -> None:
    rng = np.random.default_rng(seed)
    glass = panel(rng)
    anything = scene(rng, Split.HELD_OUT)
    if any(value_lines(fact.shown, glass.columns) is None for fact in anything.facts):
        with pytest.raises(SceneError, match="can hold"):
            paginate(anything, glass)
        return
    for page in paginate(anything, glass):
        arrangement = plain(page, glass)
        assert arrangement.plain
        assert problems(arrangement, page) == []


@pytest.mark.parametrize("size", [(160, 120), (1024, 768), (168, 760), (1024, 120)])
def test_odd_shapes_of_glass(size: tuple[int, int]) -> None:
    facts = tuple(Fact(f"f{n}", "98.6", "Here", "%", level=0.5) for n in range(6))
    glass = Panel(*size)
    for page in paginate(Scene(facts, title="All of it"), glass):
        assert problems(plain(page, glass), page) == []


def test_a_dark_room_gets_a_dark_screen() -> None:
    def theme(light: float, vision: ColourVision = ColourVision.USUAL) -> Theme:
        one = Scene((Fact("f", "1"),), context=Context(light=light, colour_vision=vision))
        return plain(paginate(one, Panel())[0], Panel()).style.theme

    assert theme(0.1) is Theme.DARK
    assert theme(0.9) is Theme.LIGHT
    assert theme(0.1, ColourVision.HIGH_CONTRAST) is Theme.BLACK
    assert theme(0.9, ColourVision.HIGH_CONTRAST) is Theme.WHITE


def test_right_to_left_is_a_mirror_in_which_units_still_follow_numbers() -> None:
    fact = Fact("t", "21", "Warm", "°C")
    left = plain(paginate(Scene((fact,)), Panel())[0], Panel())
    right = plain(paginate(Scene((fact,), context=Context(right_to_left=True)), Panel())[0], Panel())
    for one, other in zip(left.runs, right.runs, strict=True):
        assert other.text == one.text
        assert other.x == Panel().columns - one.x - one.box.w
    assert [run.text for run in right.runs if run.role is Role.VALUE] == ["21°C"]


def test_what_only_holds_up_with_room_between_has_a_plain_layout() -> None:
    """Packed as tightly as may be, this page's parts stand too close; found among 10,000 drawn scenes."""
    history = (0.328, 0.444, 0.512, 0.306, 0.053, 0.19, 0.146, 0.354, 0.232, 0.219, 0.368, 0.216, 0.028, *(0.0,) * 15)
    facts = (Fact("a", "1", label="Rastköm", unit="V"), Fact("b", "05:46:30", label="VOORT CYSS?", history=history))
    context = Context(distance_cm=160.5, light=0.08, noise=0.98, hand=Hand.LEFT, right_to_left=True)
    scene = Scene(facts, title="Troostflet du", intent=Intent.LIST, urgency=Urgency.URGENT, context=context)
    for page in paginate(scene, Panel(320, 240)):
        assert problems(plain(page, Panel(320, 240)), page) == []
