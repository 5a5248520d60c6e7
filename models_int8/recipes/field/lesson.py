# SPDX-License-Identifier: Apache-2.0
"""What one step of training sees: fields of the teacher and noise, met at a random time between them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from phosphene.painter.field import COEFFICIENTS, FREQUENCIES, MOMENT, Spectrum, moment
from recipes.field.teacher import draw_any

BATCH = 320
# Fresh fields this often; drawing them costs a hundredth of the time.
_STEPS_PER_POOL = 256
_POOL = 32768


def measure_spectrum(seed: int) -> Spectrum:
    """Return mean and deviation of the teacher's coefficients, over as many fields as one pool holds."""
    fields, _, _ = draw_any(np.random.default_rng((seed, 0)), _POOL)
    plain = Spectrum(np.zeros(COEFFICIENTS, np.float32), np.ones(COEFFICIENTS, np.float32))
    waves = plain.scaled(fields)
    return Spectrum(waves.mean(axis=0), waves.std(axis=0) + np.float32(1e-4))


class Lesson:
    """The loss of the flow: the squared error of the velocity, weighted towards what is seen."""

    def __init__(self, spectrum: Spectrum, seed: int) -> None:
        self._spectrum, self._seed = spectrum, seed
        # Between the error of the field's points (deviation squared) and that of its coefficients (1).
        self._weight = torch.from_numpy(spectrum.deviation / spectrum.deviation.mean())[None]
        self._pool = lru_cache(maxsize=1)(self._draw)

    def __call__(self, module: nn.Module, step: int, rng: np.random.Generator) -> Tensor:
        ends, conditions = self._pool(step // _STEPS_PER_POOL)
        chosen = torch.from_numpy(rng.integers(len(ends), size=BATCH))
        end, condition = ends[chosen], conditions[chosen]
        start = torch.from_numpy(rng.standard_normal((BATCH, COEFFICIENTS), dtype=np.float32))
        time = torch.from_numpy(rng.random((BATCH, 1), dtype=np.float32))
        way = end - start
        velocity = module((start + way * time)[..., None, None], moments(condition, time)[..., None, None])
        return (self._weight * (velocity[..., 0, 0] - way) ** 2).mean()

    def _draw(self, number: int) -> tuple[Tensor, Tensor]:
        fields, families, vividness = draw_any(np.random.default_rng((self._seed, 1, number)), _POOL)
        return torch.from_numpy(self._spectrum.scaled(fields)), conditions_of(families, vividness)


def conditions_of(families: NDArray[np.int64], vividness: NDArray[np.int64]) -> Tensor:
    """Return the moments [n, 23] of these conditions at time 0."""
    pairs = {(f, v): moment(f, v, 0.0) for f in np.unique(families) for v in np.unique(vividness)}
    return torch.from_numpy(np.stack([pairs[f, v] for f, v in zip(families, vividness, strict=True)]))


def moments(conditions: Tensor, time: Tensor) -> Tensor:
    """Return `conditions` [n, 23] moved to the times [n, 1]."""
    which = conditions[:, : MOMENT - 1 - 2 * len(FREQUENCIES)]
    waves = time * torch.from_numpy(FREQUENCIES)
    return torch.cat((which, time, torch.sin(waves), torch.cos(waves)), dim=1)
