# SPDX-License-Identifier: Apache-2.0
"""Tells whether a new scene is an old page with other values, so that nothing needs to be laid out again."""

from __future__ import annotations

from dataclasses import replace

from phosphene.painter.page import Page
from phosphene.painter.painted import Painted
from phosphene.painter.placement import Arrangement, Box
from phosphene.painter.scene import Fact, Grade, Scene


def same_page(page: Page, scene: Scene) -> Page | None:
    """Return `page` with the values of `scene`, or None when more than values of equal length differs."""
    old = page.scene
    facts = {fact.key: fact for fact in scene.facts}
    if list(facts) != [fact.key for fact in old.facts]:
        return None
    if replace(scene, facts=old.facts) != old:
        return None
    if not all(_alike(fact, facts[fact.key]) for fact in old.facts):
        return None
    return replace(page, scene=scene, facts=tuple(facts[fact.key] for fact in page.facts))


def same_ground(before: Painted, arrangement: Arrangement, scene: Scene) -> bool:
    """Return whether what `before` shows under and beside the values is what `arrangement` wants there."""
    old = before.arrangement
    return (
        not before.outcome.overlaid
        and (old.panel, old.style, old.decoration) == (arrangement.panel, arrangement.style, arrangement.decoration)
        and (before.scene.context, before.scene.urgency, before.scene.seed)
        == (scene.context, scene.urgency, scene.seed)
        # The ground of critical text was made flat, and must stay or go whole.
        and _critical(old) == _critical(arrangement)
    )


def _alike(old: Fact, new: Fact) -> bool:
    """Return whether the two take the same room: characters may differ where no line could break at them."""
    return (
        replace(new, value=old.value, level=old.level, on=old.on, history=old.history, age_s=old.age_s) == old
        and old.stale == new.stale
        and [character.isspace() for character in old.value] == [character.isspace() for character in new.value]
        and (old.level is None, old.on is None) == (new.level is None, new.on is None)
        and len(old.history) == len(new.history)
    )


def _critical(arrangement: Arrangement) -> list[Box]:
    return [run.box for run in arrangement.runs if run.grade is Grade.OVERLAY]
