# SPDX-License-Identifier: Apache-2.0
"""The losses: short runs of steps for the recurrent network, single tasks with their words for the pointer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from phosphene.policy.layout import ROWS
from recipes.policy.rollouts import FIELDS, Harvest, to_tensor
from recipes.workshop.training import Loss

RUN: Final = 2
"""Steps through which the state is followed back."""
BATCH: Final = 64
_TELLING: Final = 0.6
"""The share of runs that end where something is to be decided."""


def joined(parts: Sequence[Harvest]) -> Harvest:
    """Return the harvests as one; their sessions stay apart."""
    first = np.cumsum([0, *(int(part.session[-1]) + 1 for part in parts[:-1])])
    return Harvest(
        {name: np.concatenate([part.steps[name] for part in parts]) for name in FIELDS},
        np.concatenate([part.state for part in parts]),
        np.concatenate([part.action for part in parts]),
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.weight for part in parts]),
        np.concatenate([part.session + start for part, start in zip(parts, first, strict=True)]),
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.spans for part in parts]),
    )


def deciding(lessons: Harvest) -> Loss:
    """Return the loss of the network that decides."""
    telling = np.flatnonzero((lessons.weight >= 1.0) | (lessons.action > 0))
    every = np.flatnonzero(lessons.weight > 0)

    def loss(module: nn.Module, step: int, rng: np.random.Generator) -> Tensor:
        del step
        few = round(BATCH * _TELLING)
        last = np.concatenate([rng.choice(telling, few), rng.choice(every, BATCH - few)])
        begin = last - RUN + 1
        state = None
        total, weights = torch.zeros(()), 0.0
        for offset in range(RUN):
            at = np.maximum(begin + offset, 0)
            mine = (lessons.session[at] == lessons.session[last]) & (begin + offset >= 0)
            stored = torch.from_numpy(lessons.state[at].astype(np.float32))[:, :, None, None]
            # A run that reaches back beyond its session's start begins there, with the state of that step.
            fresh = torch.from_numpy(mine & ((begin + offset == 0) | (lessons.session[at - 1] != lessons.session[at])))
            state = stored if state is None else torch.where(fresh[:, None, None, None], stored, state)
            fields = [to_tensor(lessons.steps[name][at]) for name in FIELDS]
            actions, scores, state = module(*fields, state)
            weight = torch.from_numpy(lessons.weight[at] * mine)
            action, row = torch.from_numpy(lessons.action[at]), torch.from_numpy(lessons.row[at])
            each = functional.cross_entropy(actions.flatten(1), action, reduction="none")
            pointing = functional.cross_entropy(scores.reshape(-1, ROWS), row.clamp(min=0), reduction="none") * (
                row >= 0
            )
            total = total + (weight * (each + pointing)).sum()
            weights += float(weight.sum())
        return total / max(weights, 1.0)

    return loss


def pointing(lessons: Harvest) -> Loss:
    """Return the loss of the network that points."""

    def loss(module: nn.Module, step: int, rng: np.random.Generator) -> Tensor:
        del step
        rows = rng.integers(0, len(lessons.points), 96)
        logits = module(to_tensor(lessons.points[rows]))
        wanted = to_tensor(lessons.spans[rows] * np.uint8(255))
        there = to_tensor(lessons.points[rows][..., :1])  # cells without a word teach nothing
        each = functional.binary_cross_entropy_with_logits(
            logits, wanted, reduction="none", pos_weight=torch.tensor(2.0)
        )
        return (each * there).sum() / there.sum().clamp(min=1.0)

    return loss
