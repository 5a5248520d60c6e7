# SPDX-License-Identifier: Apache-2.0
"""The partner of the stream's network: the same kind, trained apart from it, on people before all.

It begins at the published weights, as the first did, and goes another way from there. It scores only the words that
people were recorded saying; what synthetic voices say is mostly there to tell it what else there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio.ensemble import PARTNER
from phosphene.perception.audio.graphs import WORDS_FROM
from phosphene.perception.audio.second_look import KNOWN
from recipes.hearing.export import export
from recipes.hearing.guide import Guided, guided
from recipes.hearing.guided_lesson import GuidedLesson, GuidedPool
from recipes.hearing.network import FROZEN, Network
from recipes.hearing.pool import read_noises, read_pool
from recipes.hearing.training import begin, beginnings, trained
from recipes.hearing.utterances import SYNTHETIC
from recipes.speech.vocabulary import labels
from recipes.workshop.export import ExportReport
from recipes.workshop.run import Run
from recipes.workshop.training import Plan, seed_everything

_HEAD: Final = Plan(250, rate=3e-3, average=0.99)
_ALL: Final = Plan(4500, rate=1e-3, average=0.998, weight_decay=1e-3, clip=2.0)
# How often a batch is of real people.
_REAL: Final = 0.8
_DROPOUT: Final = 0.15


def grow(run: Run, folder: Path, name: str, people: Sequence[int]) -> tuple[Network, Sequence[ExportReport]]:
    """Train on these groups of people, guided by the graphs in `folder`, and write the partner's two graphs there."""
    everybody = read_pool(run.work / "pool", people)
    real = _pool(run, folder, f"{name}-real", people, 1)
    # Any guide does for voices that are nobody's: the first fold's is there from the beginning.
    synthetic = _pool(run, run.out / "folds" / "0", "synthetic", [SYNTHETIC], 2)
    lesson = GuidedLesson(real, synthetic, _REAL, outputs())
    network = trained(run, f"partner-{name}-head", _fresh(run, people), lesson, replace(_HEAD, seed=run.seed + 5))
    network.embedding.layers[FROZEN:].requires_grad_(True)
    network = trained(run, f"partner-{name}", network, lesson, replace(_ALL, seed=run.seed + 5))
    return network, export(network, everybody, folder, run.seed, prefix=PARTNER)


def outputs() -> NDArray[np.int64]:
    """Return for each word of the vocabulary the partner's score of it, or -1."""
    return np.array([WORDS_FROM + KNOWN.index(word) if word in KNOWN else -1 for word in labels()], np.int64)


def _pool(run: Run, guide: Path, name: str, groups: Sequence[int], every: int) -> GuidedPool:
    def told(folder: str, step: int) -> list[Guided]:
        some = read_pool(run.work / folder, groups)[::step]
        return guided(some, guide, run.work / f"guide-{name}-{folder}.npz")

    return GuidedPool(told("pool", every), told("plain", 2), read_noises(run.work))


def _fresh(run: Run, people: Sequence[int]) -> Network:
    seed_everything(run.seed + 5)
    network = Network(WORDS_FROM + len(KNOWN), dropout=_DROPOUT)
    begin(network.embedding, beginnings(read_pool(run.work / "plain", people)))
    return network
