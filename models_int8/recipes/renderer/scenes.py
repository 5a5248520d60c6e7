# SPDX-License-Identifier: Apache-2.0
"""Pages to train on: mostly random ones, some as the composer's teacher lays them out."""

from __future__ import annotations

from typing import Final

import numpy as np

from phosphene.painter.palette import palette
from recipes.composer.teacher import teacher_arrangement
from recipes.renderer.pages import random_field, random_page
from recipes.renderer.samples import Page

_COMPOSED: Final = 0.3


def mixed_page(rng: np.random.Generator) -> Page:
    """Return a random page, or now and then a scene of the composer's training split."""
    return composed_page(rng) if rng.random() < _COMPOSED else random_page(rng, fonts=4)


def composed_page(rng: np.random.Generator) -> Page:
    """Return a scene as the composer's teacher lays it out, in its palette, over a random field."""
    scene, arrangement = teacher_arrangement(rng)
    return arrangement, palette(arrangement.style, scene.context, scene.urgency), random_field(rng)
