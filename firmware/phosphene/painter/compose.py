# SPDX-License-Identifier: Apache-2.0
"""Composes a page: the int8 token diffusion draws layouts until one holds up, at most five, else the plain one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Accelerator, Cpu, Graph
from phosphene.painter import tokens as words
from phosphene.painter.arrange import arrange
from phosphene.painter.condition import condition
from phosphene.painter.draw import Drawer
from phosphene.painter.free_room import FreeRoom
from phosphene.painter.likeness import alike, outline
from phosphene.painter.page import Page
from phosphene.painter.paging import paginate
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Arrangement
from phosphene.painter.plain import plain
from phosphene.painter.problems import found
from phosphene.painter.scene import Scene

MOST_TRIES: Final = 5
# Tokens of look keep their chances over all tries and pages, so that a scene keeps its colours.
_FIRST_LOOK: Final = words.PAGE["theme"]


@dataclass(frozen=True, slots=True)
class Composed:
    """One page laid out. `tokens` is None for the plain layout; `turned_down` holds the first problem of each draw
    that was not taken; `steps` counts the runs of the graph."""

    page: Page
    arrangement: Arrangement
    tokens: tuple[int, ...] | None
    tries: int
    plain: bool
    turned_down: tuple[str, ...] = ()
    steps: int = 0


class Composer:
    """Lays out scenes. The same scene, panel and seed give the same arrangement on the same back-end."""

    def __init__(self, graph: Graph) -> None:
        self.drawer = Drawer(graph)

    @classmethod
    def load(cls, models: Path, accelerator: Accelerator | None = None) -> Composer:
        """Return the composer whose graph lies in the folder of models, on the CPU by default; raises ModelError."""
        return cls((accelerator or Cpu()).load(models / "composer" / "composer.tflite"))

    def compose(
        self, scene: Scene, panel: Panel, *, seed: int | None = None, page: int = 0, avoid: Sequence[Arrangement] = ()
    ) -> Composed:
        """Return page number `page` of the scene, laid out from `seed` (the scene's own where None).

        A layout like one in `avoid` is taken only when no other is found. Raises SceneError when the scene can't be
        shown on this panel at all, IndexError when it has no such page.
        """
        return self.lay_out(paginate(scene, panel)[page], panel, seed=scene.seed if seed is None else seed, avoid=avoid)

    def lay_out(self, page: Page, panel: Panel, *, seed: int, avoid: Sequence[Arrangement] = ()) -> Composed:
        """Return the page laid out; as `compose`, for who has the page already."""
        rng = np.random.default_rng(seed)
        features = condition(page, panel)
        room = FreeRoom(page, panel)
        known = [outline(arrangement) for arrangement in avoid]
        look = rng.random(words.POSITIONS)
        turned_down: list[str] = []
        again: tuple[NDArray[np.int64], Arrangement] | None = None
        before = self.drawer.steps
        for _ in range(MOST_TRIES):
            chances = rng.random(words.POSITIONS)
            chances[_FIRST_LOOK : len(words.PAGE_TOKENS)] = look[_FIRST_LOOK : len(words.PAGE_TOKENS)]
            tokens = self.drawer.draw(page, features, chances, room)
            arrangement = arrange(page, tokens, panel)
            problem = next(found(arrangement, page), None)
            if problem is None and known and any(alike(outline(arrangement), old) for old in known):
                again = again or (tokens, arrangement)
                problem = "like one to avoid"
            if problem is None:
                steps = self.drawer.steps - before
                taken = tuple(int(token) for token in tokens)
                return Composed(page, arrangement, taken, len(turned_down) + 1, False, tuple(turned_down), steps)
            turned_down.append(problem)
        steps = self.drawer.steps - before
        if again is not None:
            taken = tuple(int(token) for token in again[0])
            return Composed(page, again[1], taken, MOST_TRIES, False, tuple(turned_down), steps)
        return Composed(page, plain(page, panel), None, MOST_TRIES, True, tuple(turned_down), steps)
