# SPDX-License-Identifier: Apache-2.0
"""Draws many layouts at once from the float network, turn by turn, as the device draws one."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from phosphene.painter import tokens as words
from phosphene.painter.draw import LEAST_SHARE
from phosphene.painter.page import Page
from phosphene.painter.schedule import GROUPS
from recipes.composer.masking import covered, one_hot


@torch.no_grad()
def sample(
    network: nn.Module,
    pages: list[Page],
    conditions: NDArray[np.uint8],
    rng: np.random.Generator,
    temperature: float = 1.0,
    states: list[tuple[torch.Tensor, ...]] | None = None,
) -> NDArray[np.int64]:
    """Return int64 [N, POSITIONS], one layout per page; `states` collects what the network was given on the way."""
    count = len(pages)
    needed = np.zeros((count, words.POSITIONS), bool)
    for row, page in enumerate(pages):
        needed[row, words.needed(bool(page.title), bool(page.icon), len(page.facts), len(page.choices))] = True
    tokens = torch.full((count, words.POSITIONS), words.ABSENT, dtype=torch.int64)
    features = torch.from_numpy(conditions.astype(np.float32))
    for group in GROUPS:
        rows = np.flatnonzero(needed[:, group].any(1))
        if not len(rows):
            continue
        at = torch.from_numpy(rows)
        known = tokens[at] >= 0
        inputs = (one_hot(tokens[at], known), covered(tokens[at], known), features[at])
        if states is not None:
            states.append(inputs)
        logits = network(*inputs).numpy()
        for position in group:
            start, size = int(words.OFFSETS[position]), int(words.VOCABULARY[position])
            part = logits[:, start : start + size] / temperature
            share = np.exp(part - part.max(1, keepdims=True))
            share[share < LEAST_SHARE] = 0.0
            total = share.cumsum(1)
            drawn = (total < rng.random((len(rows), 1)) * total[:, -1:]).sum(1)
            tokens[at, int(position)] = torch.from_numpy(np.minimum(drawn, size - 1))
    return tokens.numpy()
