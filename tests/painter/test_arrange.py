# SPDX-License-Identifier: Apache-2.0
"""Tokens to arrangements, and what `problems` says when one is spoilt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from phosphene.painter import tokens as words
from phosphene.painter.arrange import arrange
from phosphene.painter.likeness import alike, distinct, outline
from phosphene.painter.page import Page
from phosphene.painter.paging import paginate
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Arrangement, Box, Role, TextRun, Widget, WidgetKind
from phosphene.painter.problems import problems
from phosphene.painter.scene import Choice, Context, Fact, Hand, Scene
from recipes.composer.families import draw_boxes
from recipes.composer.teacher import draw, random_page

GLASS = Panel(320, 240)
SCENE = Scene(
    (Fact("t", "21.5", "Warm", "°C", level=0.4), Fact("h", "48", "Damp", "%")),
    (Choice("yes", "Yes", main=True), Choice("no", "No")),
    "Kitchen",
    context=Context(70.0),
)


def taught(seed: int, scene: Scene = SCENE) -> tuple[Page, Arrangement]:
    page = paginate(scene, GLASS)[0]
    drawn = draw(np.random.default_rng(seed), page, GLASS)
    assert drawn is not None
    return page, drawn[1]


@pytest.mark.parametrize("seed", range(40))
def test_what_the_teacher_draws_shows_everything(seed: int) -> None:
    page, panel = random_page(np.random.default_rng(seed))
    drawn = draw(np.random.default_rng(seed), page, panel)
    if drawn is None:
        return
    assert problems(drawn[1], page) == []
    for fact in page.facts:
        runs = [run for run in drawn[1].runs if run.role is Role.VALUE and run.key == fact.key]
        assert "".join(run.text for run in runs).replace(" ", "") == fact.shown.replace(" ", "")
    assert {run.key for run in drawn[1].runs if run.role is Role.CHOICE} == {choice.key for choice in page.choices}


def test_every_position_has_a_token_and_none_is_out_of_its_vocabulary() -> None:
    page = paginate(SCENE, GLASS)[0]
    drawn = draw(np.random.default_rng(1), page, GLASS)
    assert drawn is not None
    wanted = words.needed(bool(page.title), bool(page.icon), len(page.facts), len(page.choices))
    assert np.array_equal(np.flatnonzero(drawn[0] >= 0), wanted)
    assert (drawn[0] < words.VOCABULARY).all()


def test_empty_boxes_show_nothing_and_that_is_a_problem() -> None:
    page = paginate(SCENE, GLASS)[0]
    tokens = words.empty()
    tokens[: len(words.PAGE_TOKENS)] = 0
    tokens[[at for at in words.FORM_AT if at >= 0]] = 0
    tokens[[at + 1 for at in words.FORM_AT if at >= 0]] = 0
    found = problems(arrange(page, tokens, GLASS), page)
    assert "missing: value of t" in found
    assert "missing: choice yes" in found


Spoil = Callable[[Arrangement], Arrangement]


def _run(role: Role, change: Callable[[TextRun], TextRun]) -> Spoil:
    def spoil(whole: Arrangement) -> Arrangement:
        first = next(run for run in whole.runs if run.role is role)
        return replace(whole, runs=tuple(change(run) if run is first else run for run in whole.runs))

    return spoil


def _widget(kind: WidgetKind, change: Callable[[Widget], Widget]) -> Spoil:
    return lambda whole: replace(
        whole, widgets=tuple(change(one) if one.kind is kind else one for one in whole.widgets)
    )


@pytest.mark.parametrize(
    ("says", "spoil"),
    [
        ("missing: value", _run(Role.VALUE, lambda run: replace(run, text=run.text[:-1]))),
        ("missing: value", _run(Role.VALUE, lambda run: replace(run, text="9" + run.text[1:]))),
        ("out of bounds", _run(Role.TITLE, lambda run: replace(run, x=-1))),
        ("illegible", _run(Role.VALUE, lambda run: replace(run, size=1))),
        (
            "too small to touch",
            _widget(WidgetKind.BUTTON, lambda one: replace(one, box=Box(one.box.x, one.box.y, 6, 7))),
        ),
        ("missing: choice", lambda whole: replace(whole, widgets=())),
        ("missing: bar", lambda whole: replace(whole, widgets=())),
        ("overlap", lambda whole: replace(whole, widgets=(*whole.widgets, Widget(WidgetKind.ICON, whole.runs[0].box)))),
        ("overlap", _run(Role.LABEL, lambda run: replace(run, x=0, y=0, text="Warm" * 9))),
    ],
)
def test_a_spoilt_arrangement_is_found(says: str, spoil: Spoil) -> None:
    page, whole = taught(3)
    assert problems(whole, page) == []
    assert any(says in one for one in problems(spoil(whole), page))


def test_swapped_labels_are_found() -> None:
    page, whole = taught(3)
    labels = {run.key: run for run in whole.runs if run.role is Role.LABEL}
    swapped = {
        "t": replace(labels["t"], x=labels["h"].x, y=labels["h"].y),
        "h": replace(labels["h"], x=labels["t"].x, y=labels["t"].y),
    }
    runs = tuple(swapped[run.key] if run.role is Role.LABEL else run for run in whole.runs)
    assert any("association" in one for one in problems(replace(whole, runs=runs), page))


def test_the_teacher_puts_buttons_on_the_side_of_the_hand() -> None:
    def where(hand: Hand, *, mirrored: bool = False) -> float:
        context = replace(SCENE.context, hand=hand, right_to_left=mirrored)
        places: list[float] = []
        for seed in range(12):
            _, whole = taught(seed, replace(SCENE, context=context))
            places += [one.box.x + one.box.w / 2 for one in whole.widgets if one.kind is WidgetKind.BUTTON]
        return float(np.mean(places))

    assert where(Hand.LEFT) < 18 < 22 < where(Hand.RIGHT)
    assert where(Hand.LEFT, mirrored=True) < 18 < 22 < where(Hand.RIGHT, mirrored=True)


def test_likeness_forgives_two_cells_and_no_more() -> None:
    _, whole = taught(3)

    def moved(cells: int) -> Arrangement:
        return replace(whole, runs=tuple(replace(run, x=run.x + cells) for run in whole.runs))

    assert alike(outline(whole), outline(moved(4)))
    assert not alike(outline(whole), outline(moved(5)))
    assert distinct([whole, moved(4), moved(9)]) == 2


def test_a_draw_without_room_is_refused_not_squeezed() -> None:
    page = paginate(SCENE, GLASS)[0]
    crowded = replace(page, choices=page.choices * 2)
    assert not any(
        draw_boxes(np.random.default_rng(seed), crowded, Panel(160, 120, 20), words.empty()) for seed in range(20)
    )
