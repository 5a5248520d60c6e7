# SPDX-License-Identifier: Apache-2.0
"""Splits a scene into pages that its panel can show at its distance. The same scene always gives the same pages."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from phosphene.painter.charset import SceneError
from phosphene.painter.ease import ease_of
from phosphene.painter.fit import SIZES
from phosphene.painter.legibility import choice_size, text_size, value_size
from phosphene.painter.page import Page
from phosphene.painter.panel import Panel
from phosphene.painter.plain import plain
from phosphene.painter.scene import Choice, Fact, Scene


@lru_cache(maxsize=64)
def paginate(scene: Scene, panel: Panel) -> tuple[Page, ...]:
    """Return the pages, each of which has a valid plain layout.

    Facts stay in order. Choices stand on every page where they fit beside a fact, else on pages of their own at the
    end. Type shrinks below what the distance asks for only where one fact alone would not fit otherwise.

    Raises:
        SceneError: a value, or a choice, doesn't fit this panel at all.
    """
    for fact in scene.facts:
        if value_size(fact, panel, scene.context.distance_cm) == 0:
            raise SceneError(
                f"{fact.shown!r} has {len(fact.shown)} characters, more than {panel.width}x{panel.height} can hold",
                place=f"fact {fact.key!r}",
                cure="use a wider panel, or shorten it where it is made: a value is never cut",
            )
    groups = _groups(scene, panel)
    return tuple(
        _page(scene, panel, facts, choices, number, len(groups)) for number, (facts, choices) in enumerate(groups)
    )


_Group = tuple[tuple[Fact, ...], tuple[Choice, ...]]


def _groups(scene: Scene, panel: Panel) -> list[_Group]:
    facts, choices = scene.facts, scene.choices
    if _fits(scene, panel, facts, choices, 1):
        return [(facts, choices)]
    # Everything on each page, as few facts as it takes; then facts first and choices after them.
    for each in range(len(facts) - 1, 0, -1):
        parts = _even(facts, each)
        if all(_fits(scene, panel, part, choices, len(parts)) for part in parts):
            return [(part, choices) for part in parts]
    for each in range(len(facts), 0, -1):
        parts = _even(facts, each)
        if each == 1 or all(_fits(scene, panel, part, (), 2) for part in parts):
            return [*((part, ()) for part in parts), *_choice_groups(scene, panel)]
    # A title alone has a page, too; its type shrinks where it must.
    return _choice_groups(scene, panel) or [((), ())]


def _even(facts: tuple[Fact, ...], most: int) -> list[tuple[Fact, ...]]:
    """Return the facts in parts of at most `most`, as equal as can be, longer ones first."""
    count = -(-len(facts) // most)
    short, longer = divmod(len(facts), count)
    parts: list[tuple[Fact, ...]] = []
    start = 0
    for number in range(count):
        end = start + short + (number < longer)
        parts.append(facts[start:end])
        start = end
    return parts


def _choice_groups(scene: Scene, panel: Panel) -> list[_Group]:
    if not scene.choices:
        return []
    for each in range(len(scene.choices), 0, -1):
        parts = [scene.choices[start : start + each] for start in range(0, len(scene.choices), each)]
        if each == 1 or all(_fits(scene, panel, (), part, 2) for part in parts):
            return [((), part) for part in parts]
    return []


def _fits(scene: Scene, panel: Panel, facts: tuple[Fact, ...], choices: tuple[Choice, ...], count: int) -> bool:
    """Return whether a plain layout with a margin holds all of it at the sizes that the distance asks for."""
    return _plain_fits(_draft(scene, panel, facts, choices, 0, count), panel, comfort=True)


def _plain_fits(page: Page, panel: Panel, *, comfort: bool) -> bool:
    try:
        if comfort:
            plain(page, panel, ease_of(panel))
        else:
            plain(page, panel)
    except SceneError:
        return False
    return True


def _draft(
    scene: Scene, panel: Panel, facts: tuple[Fact, ...], choices: tuple[Choice, ...], number: int, count: int
) -> Page:
    distance = scene.context.distance_cm
    return Page(
        scene,
        facts,
        choices,
        scene.title,
        scene.icon,
        tuple(value_size(fact, panel, distance) for fact in facts),
        text_size(panel, distance),
        choice_size(panel, distance),
        number,
        count,
    )


def _page(
    scene: Scene, panel: Panel, facts: tuple[Fact, ...], choices: tuple[Choice, ...], number: int, count: int
) -> Page:
    """Return the page with the largest of the smallest sizes that fit."""
    wanted = _draft(scene, panel, facts, choices, number, count)
    largest = max((1, *wanted.sizes, wanted.text, wanted.touch))
    page = wanted
    # What can be given up, in this order: the size of the type, comfort, the icon, the title.
    for comfort, title, icon in (
        (True, wanted.title, wanted.icon),
        (False, wanted.title, wanted.icon),
        (False, wanted.title, ""),
        (False, "", ""),
    ):
        if not (title or facts or choices):
            break
        for limit in reversed(SIZES):
            if limit > largest:
                continue
            page = replace(
                wanted,
                title=title,
                icon=icon,
                sizes=tuple(min(size, limit) for size in wanted.sizes),
                text=min(wanted.text, limit),
                touch=min(wanted.touch, limit),
            )
            if _plain_fits(page, panel, comfort=comfort):
                return page
    # Says why not even this fits.
    plain(page, panel)
    return page
