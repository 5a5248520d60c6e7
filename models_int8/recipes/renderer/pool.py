# SPDX-License-Identifier: Apache-2.0
"""A pool of cells that renews itself while a network trains on it, the same way every time."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from phosphene.painter.atlas import Atlas
from recipes.renderer.network import Network
from recipes.renderer.rounding import Rounds
from recipes.renderer.samples import Samples, Source, draw

SHARDS = 20
SHARD_CELLS = 10_000
# Training steps for which a shard comes in new and the oldest goes.
RENEWED_EVERY = 60
# What a tensor costs that reaches one further than wanted.
_EXCESS = 3e-4


class Pool:
    """`SHARDS` shards of cells; which ones depends on the step alone, so that a resumed run sees the same."""

    def __init__(self, atlas: Atlas, seed: int, batch: int, source: Source, rounds_from: tuple[int, int]) -> None:
        """`rounds_from` has the steps from which on values, then weights, are rounded as int8 will round them."""
        self._atlas, self._seed, self._batch, self._source = atlas, seed, batch, source
        self._rounds_from = rounds_from
        self._shards: dict[int, Samples] = {}

    def loss(self, module: nn.Module, step: int, rng: np.random.Generator) -> Tensor:
        """Return the loss of one batch: squared error, which decibels measure, a little absolute error, and what
        tensors exceed their wanted ranges by.
        """
        assert isinstance(module, Network)
        glyph, colours, shapes, pixels = self._draw(step, rng)
        module.rounding.excess = torch.zeros(())
        values, weights = self._rounds_from
        rounds = Rounds.ALL if step >= weights else Rounds.VALUES if step >= values else Rounds.NOTHING
        error = module.cells(glyph, colours, shapes, rounds) - pixels
        return error.square().mean() + 0.05 * error.abs().mean() + _EXCESS * module.rounding.excess

    def _draw(self, step: int, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        oldest = step // RENEWED_EVERY
        for gone in [number for number in self._shards if number < oldest]:
            del self._shards[gone]
        for number in range(oldest, oldest + SHARDS):
            if number not in self._shards:
                self._shards[number] = draw(
                    np.random.default_rng((self._seed, 1, number)), self._atlas, SHARD_CELLS, self._source
                )
        # A few shards a batch: gathering from all of them costs more than it mixes.
        number = oldest + int(rng.integers(SHARDS))
        shard = self._shards[number]
        return shard.tensors(rng.integers(0, len(shard), self._batch))
