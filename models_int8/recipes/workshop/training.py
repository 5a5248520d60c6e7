# SPDX-License-Identifier: Apache-2.0
"""The training loop of all recipes: seeded, with averaged weights, stopped and resumed at will."""

from __future__ import annotations

import copy
import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from recipes.workshop.checkpoint import load_checkpoint, save_checkpoint
from recipes.workshop.progress import Progress

Loss = Callable[[nn.Module, int, np.random.Generator], Tensor]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train.

    The learning rate rises in a straight line over `warm_up` steps to `rate`, then falls along a half cosine to
    `floor * rate` (Loshchilov and Hutter, arXiv:1608.03983). `average` is the decay of the averaged weights, held low
    at first so that they forget the start. `clip` bounds the norm of the gradient; 0 does not.
    """

    steps: int
    rate: float = 2e-3
    warm_up: int = 200
    floor: float = 0.02
    weight_decay: float = 1e-4
    average: float = 0.999
    clip: float = 1.0
    seed: int = 0
    checkpoint: Path | None = None
    every_s: float = 240.0
    threads: int = 1


def learning_rate(plan: Plan, step: int) -> float:
    """Return the learning rate of `step`, counted from 0."""
    warm = min(plan.warm_up, max(plan.steps // 2, 1))
    if step < warm:
        return plan.rate * (step + 1) / warm
    share = (step - warm) / max(plan.steps - warm, 1)
    return plan.rate * (plan.floor + (1 - plan.floor) * 0.5 * (1 + math.cos(math.pi * min(share, 1.0))))


def seed_everything(seed: int, threads: int = 1) -> None:
    """Seed Python, numpy and torch, and keep torch to `threads` threads and to algorithms that repeat."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True, warn_only=True)


def train(
    module: nn.Module,
    loss: Loss,
    plan: Plan,
    *,
    resume: bool = False,
    label: str = "train",
    every: Callable[[int, nn.Module], None] | None = None,
) -> nn.Module:
    """Train `module` in place and return a copy of it that has the averaged weights, in evaluation mode.

    `loss(module, step, rng)` draws its batch from `rng`, a generator of that step alone, so that a run that was
    stopped and resumed sees the same batches, and ends in the same weights, as one that was not. The checkpoint at
    `plan.checkpoint` is replaced at least every `plan.every_s` seconds, and at the end. `every(step, averaged)` is
    called with each checkpoint, to measure or to draw. Raises PhospheneError when the loss is no number, or when a
    checkpoint is damaged or of another module.
    """
    seed_everything(plan.seed, plan.threads)
    module.train()
    averaged = copy.deepcopy(module)
    optimiser = torch.optim.AdamW(module.parameters(), lr=plan.rate, weight_decay=plan.weight_decay)
    first = 0
    if resume and plan.checkpoint is not None and plan.checkpoint.exists():
        first = load_checkpoint(plan.checkpoint, module, averaged, optimiser)
    progress = Progress(label, first, plan.steps)
    saved_at = time.monotonic()
    for step in range(first, plan.steps):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(plan, step)
        optimiser.zero_grad(set_to_none=True)
        value = loss(module, step, np.random.default_rng((plan.seed, step)))
        value.backward()
        if plan.clip:
            nn.utils.clip_grad_norm_(module.parameters(), plan.clip)
        optimiser.step()
        _average(averaged, module, min(plan.average, (step + 1) / (step + 10)))
        progress.step(step, value.item())
        last = step + 1 == plan.steps
        if last or time.monotonic() - saved_at > plan.every_s:
            if plan.checkpoint is not None:
                save_checkpoint(plan.checkpoint, step + 1, module, averaged, optimiser)
            if every is not None:
                every(step + 1, averaged.eval())
                averaged.train()
            saved_at = time.monotonic()
    progress.end()
    return averaged.eval()


@torch.no_grad()
def _average(averaged: nn.Module, module: nn.Module, decay: float) -> None:
    for mine, its in zip(averaged.parameters(), module.parameters(), strict=True):
        mine.lerp_(its, 1 - decay)
    for mine, its in zip(averaged.buffers(), module.buffers(), strict=True):
        mine.copy_(its)
