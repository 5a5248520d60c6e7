# SPDX-License-Identifier: Apache-2.0
"""Builds the policy: the teacher's sessions first, then rounds of the network's own, each corrected by the teacher.

Imitation with corrections on own states is DAgger (Ross, Gordon and Bagnell, arXiv:1011.0686).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from torch import nn

from recipes.policy.lessons import deciding, joined, pointing
from recipes.policy.mishearing import read_confusions
from recipes.policy.network import Decider, Pointer
from recipes.policy.publish import publish
from recipes.policy.rollouts import FIELDS, Harvest, harvest
from recipes.workshop.run import Run
from recipes.workshop.training import Plan, seed_everything, train

ROUNDS: Final = ((1000, 600), (1000, 1000), (1200, 1800), (1400, 2600), (1400, 3400))
"""Sessions and training steps of each round; in the first the teacher decides."""
STEPS: Final = sum(steps for _, steps in ROUNDS)
_RATES: Final = (3e-3, 2e-3, 2e-3, 1.5e-3, 1e-3)

_AVERAGE: Final = (0.99, 0.99, 0.995, 0.997, 0.998)


def build(run: Run) -> None:
    """Train, export and describe the policy. `run.data` may hold `confusions.json`, measured on the recogniser."""
    seed_everything(run.seed)
    share = min(1.0, (run.steps or STEPS) / STEPS)
    confusions = read_confusions(run.data / "confusions.json") if run.data else {}
    decider: nn.Module = Decider()
    pointer: nn.Module = Pointer()
    harvests: list[Harvest] = []
    for number, (sessions, steps) in enumerate(ROUNDS):
        networks = (decider, pointer) if number else None
        harvests.append(_harvest(run, number, networks, max(8, round(sessions * share)), confusions))
        lessons = joined(harvests)
        count = max(10, round(steps * share))
        plan = Plan(
            count,
            rate=_RATES[number],
            warm_up=30,
            average=_AVERAGE[number],
            seed=run.seed + number,
            checkpoint=run.work / f"decider{number}.pt",
        )
        decider = train(decider, deciding(lessons), plan, resume=run.resume, label=f"policy, round {number}")
        plan = Plan(
            count,
            rate=2e-3,
            warm_up=30,
            average=_AVERAGE[number],
            seed=run.seed + 50 + number,
            checkpoint=run.work / f"pointer{number}.pt",
        )
        pointer = train(pointer, pointing(lessons), plan, resume=run.resume, label=f"pointer, round {number}")
    publish(run, decider, pointer, joined(harvests), sum(max(10, round(steps * share)) for _, steps in ROUNDS))


def _harvest(
    run: Run,
    number: int,
    networks: tuple[nn.Module, nn.Module] | None,
    sessions: int,
    confusions: Mapping[str, Mapping[str, float]],
) -> Harvest:
    """Play a round, or read it again where an interrupted run has left it."""

    place = run.work / f"round{number}.npz"
    if run.resume and place.exists():
        with np.load(place) as kept:
            rest = {name: kept[name] for name in kept.files if name not in FIELDS}
            return Harvest({name: kept[name] for name in FIELDS}, **rest)
    played = harvest(networks, sessions, (run.seed, number), confusions)
    rest = {name: getattr(played, name) for name in Harvest.__slots__ if name != "steps"}
    np.savez_compressed(place, **played.steps, **rest)
    return played
