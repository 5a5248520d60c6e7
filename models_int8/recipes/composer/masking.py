# SPDX-License-Identifier: Apache-2.0
"""Masked-token loss: some tokens known, the rest to be told. Mostly in the order in which a layout is drawn."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from phosphene.painter import tokens as words
from phosphene.painter.schedule import GROUPS, TURN

_OFFSETS = torch.from_numpy(words.OFFSETS)
_TURN = torch.from_numpy(TURN)
_BOXES = torch.tensor(words.BOX_AT)
_X = torch.arange(20)
_Y = torch.arange(15)
# The share of rows that are masked at random instead of from some turn on: they teach what depends on what.
SCATTERED = 0.2
# Weight of the tokens of later turns beside those of the turn in question.
LATER = 0.25


def one_hot(tokens: Tensor, known: Tensor) -> Tensor:
    """Return float [N, WIDTH]: ones where a known token says so. `tokens` int64 [N, P] with -1 for absent."""
    flat = torch.zeros(tokens.shape[0], words.WIDTH)
    shown = known & (tokens >= 0)
    return flat.scatter_add_(1, torch.where(shown, tokens, 0) + _OFFSETS, shown.float()).clamp_(max=1.0)


def covered(tokens: Tensor, known: Tensor) -> Tensor:
    """Return float [N, 300]: the cells under boxes whose four edges are known."""
    edges = [tokens[:, _BOXES + side] for side in range(4)]
    whole = torch.stack([known[:, _BOXES + side] & (tokens[:, _BOXES + side] >= 0) for side in range(4)]).all(0)
    left, right, top, bottom = (edge[..., None] for edge in edges)
    across = ((left <= _X) & (right >= _X) & whole[..., None]).float()
    down = ((top <= _Y) & (bottom >= _Y)).float()
    return torch.einsum("ney,nex->nyx", down, across).clamp_(max=1.0).reshape(len(tokens), -1)


def masked_loss(
    network: nn.Module, tokens: Tensor, pages: Tensor, rng: np.random.Generator, weights: Tensor | None = None
) -> Tensor:
    """Return the mean cross entropy of hidden tokens; `tokens` int64 [N, P], `pages` float [N, CONDITION]."""
    count = len(tokens)
    present = tokens >= 0
    cut = _cuts(present, rng)
    known = present & (cut[:, None] > _TURN)
    now = present & (cut[:, None] == _TURN)
    scattered = torch.from_numpy(rng.random(count) < SCATTERED)
    share = torch.from_numpy(rng.random((count, 1)))
    loose = torch.from_numpy(rng.random(tokens.shape)) < share
    known = torch.where(scattered[:, None], present & loose, known)
    hidden = present & ~known
    logits = network(one_hot(tokens, known), covered(tokens, known), pages)
    # One softmax per position: cross entropy of each on its own slice.
    loss = torch.zeros(tokens.shape)
    for size in np.unique(words.VOCABULARY):
        positions = torch.from_numpy(np.flatnonzero(size == words.VOCABULARY))
        at = (_OFFSETS[positions][:, None] + torch.arange(int(size))).reshape(-1)
        part = logits[:, at].reshape(count, len(positions), int(size))
        told = tokens[:, positions].clamp(min=0)
        loss[:, positions] = nn.functional.cross_entropy(
            part.reshape(-1, int(size)), told.reshape(-1), reduction="none"
        ).reshape(count, -1)
    share_now = (loss * now).sum(1) / now.sum(1).clamp(min=1)
    later = (loss * hidden).sum(1) / hidden.sum(1).clamp(min=1)
    each = torch.where(scattered, later, share_now + LATER * later)
    return (each * weights).mean() if weights is not None else each.mean()


def _cuts(present: Tensor, rng: np.random.Generator) -> Tensor:
    """Return for each row a turn, drawn evenly from those in which the row decides something."""
    turns = torch.zeros(len(present), len(GROUPS), dtype=torch.bool)
    for turn, group in enumerate(GROUPS):
        turns[:, turn] = present[:, torch.from_numpy(group)].any(1)
    drawn = torch.from_numpy(rng.random(turns.shape)) * turns
    return drawn.argmax(1)


def as_tensors(tokens: NDArray[np.int8], pages: NDArray[np.uint8]) -> tuple[Tensor, Tensor]:
    """Return int64 tokens and float features."""
    return torch.from_numpy(tokens.astype(np.int64)), torch.from_numpy(pages.astype(np.float32))
