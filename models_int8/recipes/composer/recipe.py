# SPDX-License-Identifier: Apache-2.0
"""Builds the composer: the teacher's layouts, masked-token diffusion on them, rounds of reward, int8 graph and card."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from phosphene.accelerators import load_graph
from phosphene.painter.compose import Composer
from phosphene.painter.schedule import GROUPS
from recipes.composer.dataset import Layouts, load, load_pages, make_shard
from recipes.composer.evaluate import flat, report
from recipes.composer.expert import Harvest, harvest
from recipes.composer.masking import as_tensors, masked_loss
from recipes.composer.network import Network
from recipes.composer.publish import FILE, measured, publish
from recipes.composer.sampling import sample
from recipes.workshop.run import Run
from recipes.workshop.training import Loss, Plan, seed_everything, train

SHARDS = 44
BATCH = 384
STEPS = 4500
ROUNDS = 3
ROUND_STEPS = 700
ROUND_PAGES = 2000
# The share of a batch that stays the teacher's while the network learns from the best.
TAUGHT = 0.25


def build(run: Run) -> None:
    """Train, export and describe the composer. `run.steps` stands for `STEPS`; rounds and data shrink with it."""
    seed_everything(run.seed)
    steps = run.steps or STEPS
    share = min(1.0, steps / STEPS)
    data = run.work / "data"
    data.mkdir(parents=True, exist_ok=True)
    for number in range(max(1, round(SHARDS * share))):
        make_shard(data, number, run.seed)
    taught = load(data)
    network: nn.Module = Network()
    plan = Plan(steps, rate=2e-3, warm_up=100, average=0.998, seed=run.seed, checkpoint=run.work / "taught.pt")
    network = train(network, _taught_loss(taught), plan, resume=run.resume, label="composer, taught")
    harvests: list[Harvest] = []
    for number in range(ROUNDS):
        harvests.append(_round(run, number, network, data, taught, share))
        network = _train_on(run, number, network, taught, harvests, share)
    rng = np.random.default_rng((run.seed, 99))
    publish(run, network, _states(network, taught, data, rng), plan.steps + ROUNDS * round(ROUND_STEPS * share))
    measured(run, flat(report(Composer(load_graph(run.out / FILE)), pages=max(20, round(400 * share)))))


def _taught_loss(taught: Layouts) -> Loss:
    def loss(module: nn.Module, step: int, rng: np.random.Generator) -> Tensor:
        del step
        return masked_loss(module, *_batch(taught, rng, BATCH), rng)

    return loss


def _batch(layouts: Layouts, rng: np.random.Generator, count: int) -> tuple[Tensor, Tensor]:
    rows = rng.integers(0, len(layouts.tokens), count)
    return as_tensors(layouts.tokens[rows], layouts.conditions[layouts.page[rows]])


def _round(run: Run, number: int, network: nn.Module, data: Path, taught: Layouts, share: float) -> Harvest:
    rng = np.random.default_rng((run.seed, 7, number))
    pages = load_pages(data)
    chosen = rng.permutation(len(pages))[: max(20, round(ROUND_PAGES * share))]
    result = harvest(network, [pages[page] for page in chosen], taught.of(chosen), rng)
    print(
        f"composer, round {number + 1}: valid {result.valid:.3f}, reward {result.mean_reward:.3f}, "
        f"the teacher's {result.teacher_reward:.3f}, kept {len(result.layouts.tokens)}",
        flush=True,
    )
    return result


def _train_on(
    run: Run, number: int, network: nn.Module, taught: Layouts, harvests: list[Harvest], share: float
) -> nn.Module:
    def loss(module: nn.Module, step: int, rng: np.random.Generator) -> Tensor:
        del step
        # The newest harvest counts as much as all before it together.
        which = len(harvests) - 1 if rng.random() < 0.5 else int(rng.integers(len(harvests)))
        old = _batch(taught, rng, round(BATCH * TAUGHT))
        new = _batch(harvests[which].layouts, rng, BATCH - len(old[0]))
        return masked_loss(module, torch.cat([old[0], new[0]]), torch.cat([old[1], new[1]]), rng)

    plan = Plan(
        max(20, round(ROUND_STEPS * share)),
        rate=7e-4,
        warm_up=20,
        average=0.995,
        seed=run.seed + 1 + number,
        checkpoint=run.work / f"round{number + 1}.pt",
    )
    return train(network, loss, plan, resume=run.resume, label=f"composer, round {number + 1}")


def _states(network: nn.Module, taught: Layouts, data: Path, rng: np.random.Generator) -> list[tuple[Tensor, ...]]:
    """Return what the network meets along the sampling of some pages, for calibration: one state a row."""
    pages = load_pages(data)
    chosen = rng.permutation(len(pages))[:60]
    states: list[tuple[Tensor, ...]] = []
    sample(network, [pages[page][0] for page in chosen], taught.of(chosen).conditions, rng, states=states)
    assert len(states) <= len(GROUPS)
    rows = [tuple(part[row : row + 1] for part in state) for state in states for row in range(0, len(state[0]), 8)]
    return [rows[int(place)] for place in rng.permutation(len(rows))[:400]]
