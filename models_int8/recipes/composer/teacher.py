# SPDX-License-Identifier: Apache-2.0
"""The designer that the network learns from first: ten families of layouts, drawn at random and kept when valid."""

from __future__ import annotations

import numpy as np

from phosphene.painter import tokens as words
from phosphene.painter.arrange import Tokens, arrange
from phosphene.painter.charset import SceneError
from phosphene.painter.page import Page
from phosphene.painter.paging import paginate
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Arrangement
from phosphene.painter.problems import found
from phosphene.painter.scene import Scene
from recipes.composer.families import draw_boxes
from recipes.composer.looks import draw_look
from recipes.composer.scenes import Split, panel, scene

# So many draws find a valid layout for nearly every page; the rest is left to the plain one.
MOST_DRAWS = 60
FREE_DRAWS = 20


def draw(rng: np.random.Generator, page: Page, glass: Panel) -> tuple[Tokens, Arrangement] | None:
    """Return one valid layout of the page, or None when the teacher finds none."""
    look = words.empty()
    draw_look(rng, page, look)
    for number in range(MOST_DRAWS):
        tokens = look.copy()
        if not draw_boxes(rng, page, glass, tokens, tight=number >= FREE_DRAWS):
            continue
        arrangement = arrange(page, tokens, glass)
        if next(found(arrangement, page), None) is None:
            return tokens, arrangement
    return None


def random_page(rng: np.random.Generator, split: Split = Split.TRAIN, glass: Panel | None = None) -> tuple[Page, Panel]:
    """Return any page of a random scene, on a random panel unless one is given."""
    while True:
        drawn, on = scene(rng, split), glass or panel(rng)
        try:
            pages = paginate(drawn, on)
        except SceneError:
            # A long value on a small panel: there is nothing to learn from it.
            continue
        return pages[int(rng.integers(len(pages)))], on


def teacher_arrangement(
    rng: np.random.Generator, split: Split = Split.TRAIN, glass: Panel | None = None
) -> tuple[Scene, Arrangement]:
    """Return a random scene and a valid arrangement of one of its pages, as the teacher would lay it out."""
    while True:
        page, on = random_page(rng, split, glass)
        if (drawn := draw(rng, page, on)) is not None:
            return page.scene, drawn[1]
