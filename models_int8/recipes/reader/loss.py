# SPDX-License-Identifier: Apache-2.0
"""What the reader learns: to lie near its own glyph's clean picture, and damaged patches far from all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from phosphene.painter.patch import to_blocks
from recipes.reader.data import NOTHING, Sheet, queries

# Squared distance at which a patch is as likely damaged as read.
MARGIN: Final = 6.0
_SHEETS: Final = 4
_QUERIES: Final = 224


def embed(module: nn.Module, patches: np.ndarray) -> Tensor:
    """Return the embeddings [n, 48] of patches [n, 32, 16]."""
    blocks = torch.from_numpy(np.ascontiguousarray(to_blocks(patches).transpose(2, 0, 1)))[None]
    return module(blocks)[0, :, :, 0].T


def distances(one: Tensor, other: Tensor) -> Tensor:
    """Return squared distances [n, m]."""
    return (one.square().sum(1)[:, None] + other.square().sum(1) - 2 * one @ other.T).clamp(min=0)


def make_loss(sheets: Sequence[Sheet]) -> Callable[[nn.Module, int, np.random.Generator], Tensor]:
    """Return the loss over random sheets: cross entropy over a font's glyphs and "damaged"."""

    def loss(module: nn.Module, _: int, rng: np.random.Generator) -> Tensor:
        total = torch.zeros(())
        for index in rng.choice(len(sheets), _SHEETS, replace=False):
            sheet = sheets[int(index)]
            patches, labels = queries(sheet, _QUERIES, rng)
            codes = embed(module, np.concatenate([sheet.patches, patches]))
            known, asked = codes[: len(sheet.coverage)], codes[len(sheet.coverage) :]
            target = torch.from_numpy(labels)
            apart = distances(asked, known)
            read = target != NOTHING
            # Glyphs that look the same as the right one aren't wrong.
            allowed = torch.from_numpy(sheet.same)[target.clamp(min=0)] & read[:, None]
            own = target.clamp(min=0)[:, None]
            allowed.scatter_(1, own, False)
            logits = torch.cat([(-apart).masked_fill(allowed, -1e4), torch.full((len(asked), 1), -MARGIN)], 1)
            wanted = torch.where(read, target, logits.shape[1] - 1)
            # A little pull beyond what cross entropy asks for keeps room on both sides of the threshold.
            near = apart.gather(1, own)[:, 0][read]
            total = total + nn.functional.cross_entropy(logits, wanted) + 0.01 * near.mean()
        return total / _SHEETS

    return loss
