# SPDX-License-Identifier: Apache-2.0
"""The two networks: one decides what and which task, the other points at the words of its arguments."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from phosphene.policy.decision import Action
from phosphene.policy.layout import COLUMNS, PAIR, REST, ROWS, TASK, WORD
from phosphene.policy.pointing import POINT
from phosphene.policy.policy import STATE


class Decider(nn.Module):
    """Convolutions of 1×1 over tasks × words, pooled over words, then over tasks; a bounded state that comes back.

    Every input has a layer of its own: nothing is joined before it was convolved.
    """

    def __init__(self, cell: int = 24, hidden: int = 64) -> None:
        super().__init__()
        self.pairs = nn.Conv2d(PAIR, cell, 1)
        self.along = nn.Conv2d(cell, cell, (1, 3), padding=(0, 1))
        self.peak, self.mean = nn.Conv2d(cell, 32, 1), nn.Conv2d(cell, 32, 1, bias=False)
        self.tasks = nn.Conv2d(TASK, 32, 1, bias=False)
        self.row = nn.Conv2d(32, 32, 1)
        self.score = nn.Conv2d(32, 1, 1)
        self.all_rows = nn.Conv2d(32, hidden, (ROWS, 1))
        self.words = nn.Conv2d(WORD, 32, (1, 3), padding=(0, 1))
        self.word_peak, self.word_mean = nn.Conv2d(32, hidden, 1, bias=False), nn.Conv2d(32, hidden, 1, bias=False)
        self.rest = nn.Conv2d(REST, hidden, 1, bias=False)
        self.state = nn.Conv2d(STATE, hidden, 1, bias=False)
        self.deep = nn.Conv2d(hidden, hidden, 1)
        self.actions = nn.Conv2d(hidden, len(Action), 1)
        self.memory = nn.Conv2d(hidden, STATE, 1)
        nn.init.normal_(self.memory.weight, std=0.05)

    def forward(
        self, pairs: Tensor, tasks: Tensor, words: Tensor, rest: Tensor, state: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return action logits [N, 12, 1, 1], task scores [N, 1, ROWS, 1] and the next state [N, STATE, 1, 1]."""
        cells = torch.relu(self.along(torch.relu(self.pairs(pairs))))
        peak = nn.functional.max_pool2d(cells, (1, COLUMNS))
        mean = nn.functional.avg_pool2d(cells, (1, COLUMNS))
        rows = torch.relu(self.row(torch.relu(self.peak(peak) + self.mean(mean) + self.tasks(tasks))))
        spoken = torch.relu(self.words(words))
        heard = self.word_peak(nn.functional.max_pool2d(spoken, (1, COLUMNS)))
        heard = heard + self.word_mean(nn.functional.avg_pool2d(spoken, (1, COLUMNS)))
        hidden = torch.relu(self.all_rows(rows) + heard + self.rest(rest) + self.state(state))
        hidden = torch.relu(self.deep(hidden))
        return self.actions(hidden), self.score(rows), torch.tanh(self.memory(hidden))


class Pointer(nn.Module):
    """Convolutions over arguments × words: for each cell whether the argument's words begin, and end, there."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(POINT, width, (1, 3), padding=(0, 1)),
            nn.ReLU(),
            nn.Conv2d(width, width, (5, 3), padding=(2, 1)),
            nn.ReLU(),
            nn.Conv2d(width, width, (5, 5), padding=(2, 2)),
            nn.ReLU(),
            nn.Conv2d(width, 2, 1),
        )

    def forward(self, arguments: Tensor) -> Tensor:
        """Return logits [N, 2, 5, 16] for features [N, POINT, 5, 16]."""
        return self.layers(arguments)
