# SPDX-License-Identifier: Apache-2.0
"""The gesture network and its training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from phosphene.perception.vision.gestures import FEATURES, KINDS
from recipes.gesture.samples import Samples
from recipes.workshop.training import Plan, train

_BATCH: Final = 256
# A hand that is off by this much in each feature still shows the same.
_NOISE: Final = 0.02
# Real hands are fewer than made ones, and count for as much.
_REAL: Final = 0.5
# Each hand is mixed with another one, mostly a little: of recordings of one person a network otherwise learns the
# poses themselves (Zhang et al., arXiv:1710.09412).
_MIXED: Final = 0.2
_SMOOTHED: Final = 0.02


class Perceptron(nn.Module):
    """Two hidden layers; `temperature` divides the logits, so that their softmax means what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(FEATURES, 96), nn.ReLU(), nn.Linear(96, 64), nn.ReLU(), nn.Linear(64, len(KINDS))
        )

    def forward(self, values: Tensor) -> Tensor:
        return self.layers(values)


def learn(made: Samples, real: Samples, steps: int, seed: int, checkpoint: Path | None, *, resume: bool) -> nn.Module:
    """Train a network, half of each batch from each of the two."""
    torch.manual_seed(seed)
    by_label = [np.flatnonzero(real.labels == label) for label in np.unique(real.labels)]

    def loss(module: nn.Module, _step: int, rng: np.random.Generator) -> Tensor:
        share = int(_BATCH * _REAL)
        places = rng.integers(0, len(made.labels), _BATCH - share), _balanced(by_label, share, rng)
        values = np.concatenate([made.features[places[0]], real.features[places[1]]])
        labels = np.concatenate([made.labels[places[0]], real.labels[places[1]]])
        values = values + rng.normal(0, _NOISE, values.shape)
        wanted = np.eye(len(KINDS))[labels]
        part, others = rng.beta(_MIXED, _MIXED), rng.permutation(_BATCH)
        values, wanted = (part * one + (1 - part) * one[others] for one in (values, wanted))
        logits = module(torch.from_numpy(values.astype(np.float32)))
        target = torch.from_numpy(wanted.astype(np.float32))
        return nn.functional.cross_entropy(logits, target, label_smoothing=_SMOOTHED)

    plan = Plan(steps, rate=2e-3, average=0.995, weight_decay=1e-3, seed=seed, checkpoint=checkpoint)
    return train(Perceptron(), loss, plan, resume=resume, label="gesture")


@torch.no_grad()
def logits(module: nn.Module, samples: Samples) -> NDArray[np.float32]:
    """Return the network's outputs, float32 [n, 8]."""
    return module(torch.from_numpy(samples.features)).numpy()


def temperature(outputs: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return what the logits have to be divided by to be least surprised by `labels` (Guo et al., arXiv:1706.04599)."""
    tried = np.exp(np.linspace(np.log(0.3), np.log(5), 60))
    scaled = outputs[None] / tried[:, None, None]
    most = scaled.max(axis=2, keepdims=True)
    likely = scaled - most - np.log(np.exp(scaled - most).sum(axis=2, keepdims=True))
    surprise = -likely[:, np.arange(len(labels)), labels].mean(axis=1)
    return float(tried[surprise.argmin()])


@torch.no_grad()
def cooled(module: nn.Module, by: float) -> nn.Module:
    """Divide the logits of a Perceptron by `by`, in its last layer's weights."""
    last = module.get_submodule("layers.4")
    for parameter in last.parameters():
        parameter.div_(by)
    return module


def _balanced(by_label: Sequence[NDArray[np.int64]], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return `count` of the places in `by_label`, each label as likely as the others."""
    labels, shares = rng.integers(0, len(by_label), count), rng.random(count)
    return np.array(
        [by_label[label][int(share * len(by_label[label]))] for label, share in zip(labels, shares, strict=True)]
    )
