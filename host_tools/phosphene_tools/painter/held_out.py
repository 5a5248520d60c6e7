# SPDX-License-Identifier: Apache-2.0
"""Scenes and fonts that no training saw, drawn from a seed: the material of every figure about the painter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Final

import numpy as np

from phosphene.models import model_file
from phosphene.painter.atlas import Atlas
from phosphene.painter.charset import SceneError
from phosphene.painter.page import Page
from phosphene.painter.paging import paginate
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Scene
from phosphene_tools.painter.recipes import recipe_module

PANEL: Final = Panel(320, 240, 58.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """A held-out scene, one of its pages, and what of it no training saw besides its strings. `passed_over` counts
    the scenes that were drawn before it and can't be shown on this panel: a value is too long for it.
    """

    number: int
    scene: Scene
    page: Page
    unseen: tuple[str, ...]
    passed_over: int = 0


@cache
def scenes() -> ModuleType:
    """Return the recipe that draws scenes."""
    return recipe_module("composer.scenes")


@cache
def atlas() -> Atlas:
    """Return the fonts that no training saw; they exist in sizes 1 to 3 only."""
    return Atlas.load(model_file("painter", "heldout.npz"))


def sample(seed: int, number: int, panel: Panel = PANEL) -> Sample:
    """Return held-out scene `number`, the same for the same seed. Its look is drawn from the number."""
    recipe, rng = scenes(), np.random.default_rng((seed, number))
    passed_over = 0
    while True:
        drawn: Scene = recipe.scene(rng, recipe.Split.HELD_OUT)
        try:
            pages = paginate(drawn, panel)
        except SceneError:
            passed_over += 1
            continue
        return Sample(number, drawn, pages[int(rng.integers(len(pages)))], _unseen(recipe, drawn), passed_over)


def _unseen(recipe: Any, scene: Scene) -> tuple[str, ...]:
    marks = {
        "kind": scene.intent is recipe.HELD_INTENT,
        "unit": any(fact.unit in recipe.HELD_UNITS for fact in scene.facts),
        "counts": (len(scene.facts), len(scene.choices)) in recipe.HELD_COUNTS,
    }
    return tuple(name for name, holds in marks.items() if holds)
