# SPDX-License-Identifier: Apache-2.0
"""How each of hearing's networks begins, and how it is trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from recipes.hearing.network import Embedding
from recipes.hearing.pool import Example, to_features
from recipes.hearing.start import standardise, start_from_published
from recipes.workshop.run import Run
from recipes.workshop.training import Loss, Plan, train
from recipes.workshop.weights import made_contiguous

N = TypeVar("N", bound=nn.Module)


def begin(embedding: Embedding, frames: NDArray[np.uint8]) -> None:
    """Give it the published weights, with its codes standardised over `frames` [n, frames, 32], and hold it so: a new
    head would spoil it by what it sends back.
    """
    start_from_published(embedding)
    standardise(embedding, torch.from_numpy(to_features(frames))[:, None])
    embedding.requires_grad_(False)


def beginnings(examples: Sequence[Example]) -> NDArray[np.uint8]:
    """Return the first two seconds of some hundred examples, [n, 200, 32]."""
    return np.stack([one.frames[:200] for one in examples[:2000:5] if len(one.frames) >= 200])


def trained(run: Run, name: str, network: N, lesson: Loss, plan: Plan) -> N:
    """Train as planned, or for as many steps as the run says, with a checkpoint of this name."""
    steps = plan.steps if run.steps is None else run.steps
    plan = replace(plan, steps=steps, checkpoint=run.work / f"{name}.pt")
    # Quicker to train so; afterwards the weights go back into plain order.
    found = train(network.to(memory_format=torch.channels_last), lesson, plan, resume=run.resume, label=name)
    assert isinstance(found, type(network))
    return made_contiguous(found)
