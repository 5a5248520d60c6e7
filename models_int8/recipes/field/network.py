# SPDX-License-Identifier: Apache-2.0
"""The field's network: noise and moment each through a layer of its own, added, then a few wide layers.

Every layer is a 1x1 convolution over a map of one point, which all accelerators take; on such a map it is the same
as a fully connected one.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from phosphene.painter.field import COEFFICIENTS, MOMENT

WIDTH: Final = 384
DEPTH: Final = 2


class FieldNetwork(nn.Module):
    """From coefficients on their way [n, 160, 1, 1] and moment [n, 23, 1, 1] to their velocity, as the first."""

    def __init__(self) -> None:
        super().__init__()
        self.noise = nn.Conv2d(COEFFICIENTS, WIDTH, 1)
        self.hidden = nn.ModuleList(nn.Conv2d(WIDTH, WIDTH, 1) for _ in range(DEPTH))
        self.moments = nn.ModuleList(nn.Conv2d(MOMENT, WIDTH, 1) for _ in range(DEPTH + 1))
        self.end = nn.Conv2d(WIDTH, COEFFICIENTS, 1)
        # The part of the velocity that is linear in the noise need not squeeze through the hidden layers.
        self.past = nn.Conv2d(COEFFICIENTS, COEFFICIENTS, 1)

    def forward(self, noise: Tensor, moment: Tensor) -> Tensor:
        state = torch.relu(self.noise(noise) + self.moments[0](moment))
        for layer, moments in zip(self.hidden, list(self.moments)[1:], strict=True):
            state = torch.relu(layer(state) + moments(moment))
        return self.end(state) + self.past(noise)
