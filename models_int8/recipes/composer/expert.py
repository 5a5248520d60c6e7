# SPDX-License-Identifier: Apache-2.0
"""Past the teacher: the best layouts of each page, whoever drew them, become what the network is trained on next.

Expert iteration (Anthony et al., arXiv:1705.08439) with the reward as the expert. Of layouts that look alike only the
best is kept, so that better does not come to mean fewer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import nn

from phosphene.painter.arrange import arrange
from phosphene.painter.likeness import Outline, alike, outline
from phosphene.painter.page import Page
from phosphene.painter.panel import Panel
from recipes.composer.dataset import Layouts
from recipes.composer.reward import fits_moment, reward
from recipes.composer.sampling import sample

DRAWS = 12
# The share of a page's distinct valid layouts that is kept: the best ones.
KEEP = 0.6


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one round brought: kept layouts, the share of valid samples, mean rewards of valid samples and of the
    teacher's layouts of the same pages."""

    layouts: Layouts
    valid: float
    mean_reward: float
    teacher_reward: float


def harvest(network: nn.Module, pages: list[tuple[Page, Panel]], teacher: Layouts, rng: np.random.Generator) -> Harvest:
    """Draw `DRAWS` layouts of each page, add the teacher's, and keep the good ones. `teacher` is of the same pages."""
    rows = np.repeat(np.arange(len(pages)), DRAWS)
    drawn = sample(network, [pages[row][0] for row in rows], teacher.conditions[rows], rng).astype(np.int8)
    tokens = np.concatenate([drawn, teacher.tokens])
    owner = np.concatenate([rows, teacher.page])
    order = np.argsort(owner, kind="stable")
    rewards = np.zeros(len(tokens))
    kept: list[int] = []
    for number, (page, panel) in enumerate(pages):
        scored: list[tuple[float, int, Outline]] = []
        for row in order[np.searchsorted(owner[order], number) : np.searchsorted(owner[order], number, "right")]:
            arrangement = arrange(page, tokens[row].astype(np.int64), panel)
            rewards[row] = reward(arrangement, page)
            if rewards[row] > 0 and fits_moment(arrangement, page):
                scored.append((rewards[row], int(row), outline(arrangement)))
        kept += _best(scored)
    mine, its = rewards[: len(drawn)], rewards[len(drawn) :]
    layouts = Layouts(tokens[kept], owner[kept].astype(np.int32), teacher.conditions)
    return Harvest(layouts, float((mine > 0).mean()), _mean(mine), _mean(its))


def _best(scored: list[tuple[float, int, Outline]]) -> list[int]:
    """Return the rows of the best of those that differ."""
    leaders: list[tuple[float, int, Outline]] = []
    for one in sorted(scored, key=lambda each: -each[0]):
        if not any(alike(one[2], leader[2]) for leader in leaders):
            leaders.append(one)
    return [row for _, row, _ in leaders[: max(1, round(KEEP * len(leaders)))]]


def _mean(rewards: NDArray[np.float64]) -> float:
    return float(rewards[rewards > 0].mean()) if (rewards > 0).any() else 0.0
