# SPDX-License-Identifier: Apache-2.0
"""The composer's network: known tokens, covered cells and the page's shapes in, logits of every token out."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from phosphene.painter import tokens as words
from phosphene.painter.condition import CONDITION
from phosphene.painter.panel import LATTICE

CELLS = LATTICE[0] * LATTICE[1]
HIDDEN = 288
BLOCKS = 3


class Network(nn.Module):
    """Fully connected, residual, ReLU. Each input has a layer of its own, so that nothing needs to be joined first."""

    def __init__(self, hidden: int = HIDDEN, blocks: int = BLOCKS) -> None:
        super().__init__()
        self.tokens = nn.Linear(words.WIDTH, hidden)
        self.cells = nn.Linear(CELLS, hidden, bias=False)
        self.page = nn.Linear(CONDITION, hidden, bias=False)
        self.first = nn.ModuleList(nn.Linear(hidden, hidden) for _ in range(blocks))
        self.second = nn.ModuleList(nn.Linear(hidden, hidden) for _ in range(blocks))
        self.out = nn.Linear(hidden, words.WIDTH)
        for layer in self.second:
            # Each block begins as nearly nothing: the sum keeps its scale however many there are.
            nn.init.normal_(layer.weight, std=0.2 * hidden**-0.5)
        # Page features that are always 0 in training must not add noise where they turn up later.
        nn.init.normal_(self.page.weight, std=0.02)

    def forward(self, tokens: Tensor, cells: Tensor, page: Tensor) -> Tensor:
        """Return logits [N, WIDTH] from zeros and ones: tokens [N, WIDTH], cells [N, 300], page [N, CONDITION]."""
        hidden = torch.relu(self.tokens(tokens) + self.cells(cells) + self.page(page))
        for first, second in zip(self.first, self.second, strict=True):
            hidden = torch.relu(hidden + second(torch.relu(first(hidden))))
        return self.out(hidden)
