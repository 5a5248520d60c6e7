# SPDX-License-Identifier: Apache-2.0
"""The reader's network: eight blocks of a patch by themselves, then together, then an embedding of 48 numbers."""

from __future__ import annotations

from typing import Final

from torch import Tensor, nn

from phosphene.painter.patch import BLOCKS

EMBEDDING: Final = 48
_LOCAL: Final = 96
_WHOLE: Final = 192


class Reader(nn.Module):
    """Takes [n, 64, patches, 8] and returns [n, 48, patches, 1]; 0.24 million multiplications a patch."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(64, _LOCAL, 1),
            nn.ReLU(),
            nn.Conv2d(_LOCAL, _WHOLE, (1, BLOCKS)),
            nn.ReLU(),
            nn.Conv2d(_WHOLE, _WHOLE, 1),
            nn.ReLU(),
            nn.Conv2d(_WHOLE, EMBEDDING, 1),
        )

    def forward(self, blocks: Tensor) -> Tensor:
        """Return the embedding of each patch."""
        return self.layers(blocks)
