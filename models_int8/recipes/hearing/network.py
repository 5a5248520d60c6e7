# SPDX-License-Identifier: Apache-2.0
"""The networks of hearing: Google's speech embedding, a column each 40 ms, and a small head that scores the words."""

from __future__ import annotations

import copy
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from phosphene.perception.audio.graphs import CODE, HEAD_SPAN

# Channels of each block, and how its pooling halves time and frequency.
_BLOCKS: Final = ((24, (2, 2)), (48, (1, 2)), (72, (2, 2)), (96, (1, 2)), (96, (2, 2)))
_HIDDEN: Final = 160
FROZEN: Final = 6
"""The layers of the embedding's first three convolutions, which training leaves alone."""


class Leaky(nn.Module):
    """A leaky ReLU of 0.2: as operators that the Edge TPU has, or as `one`, which the RK3588 has."""

    one: bool = False

    def forward(self, x: Tensor) -> Tensor:
        """Return max(x, x / 5)."""
        # The same numbers; one operator is quicker to train through.
        return nn.functional.leaky_relu(x, 0.2) if self.training or self.one else torch.maximum(x, x * 0.2)


class Embedding(nn.Module):
    """Takes log-mel frames [n, 1, frames, 32] and returns codes [n, 96, columns, 1].

    The source has a column each 80 ms. Here its last pooling moves on by half as much and the last convolution is
    spread out, which gives the same columns and one between each two of them. Without any padding in time, a column
    depends on its own 76 frames only.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for place, (channels, pooling) in enumerate(_BLOCKS):
            first, last = place == 0, place == len(_BLOCKS) - 1
            kernels = ((3, 3), (1, 3), (3, 1)) if first else ((1, 3), (3, 1), (1, 3), (3, 1))
            for kernel in kernels:
                padding = (0, kernel[1] // 2)
                layers += [nn.Conv2d(before, channels, kernel, padding=padding), Leaky()]
                before = channels
            layers.append(nn.MaxPool2d(pooling, stride=(1, 2) if last else pooling))
        # Across a kernel one wide the dilation changes nothing; the Edge TPU takes equal ones only.
        layers.append(nn.Conv2d(before, CODE, (3, 1), dilation=2))
        self.layers = nn.Sequential(*layers)

    def forward(self, frames: Tensor) -> Tensor:
        """Return the codes."""
        return self.layers(frames)


class Words(nn.Module):
    """Takes codes [n, 96, columns, 1] and returns scores [n, outputs, columns - 8, 1]: nothing, unknown, words."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        half = (HEAD_SPAN - 1) // 2 + 1
        self.layers = nn.Sequential(
            nn.Conv2d(CODE, _HIDDEN, (half, 1), bias=False),
            nn.BatchNorm2d(_HIDDEN),
            nn.ReLU(),
            nn.Conv2d(_HIDDEN, _HIDDEN, (half, 1), bias=False),
            nn.BatchNorm2d(_HIDDEN),
            nn.ReLU(),
            nn.Conv2d(_HIDDEN, outputs, 1),
        )

    def forward(self, codes: Tensor) -> Tensor:
        """Return the scores."""
        return self.layers(codes)

    def folded(self) -> nn.Sequential:
        """Return the same in evaluation, with its normalisations inside the convolutions."""
        layers = list(copy.deepcopy(self).eval().layers)
        kept: list[nn.Module] = []
        for layer in layers:
            if isinstance(layer, nn.BatchNorm2d):
                kept[-1] = fuse_conv_bn_eval(kept[-1], layer)
            else:
                kept.append(layer)
        return nn.Sequential(*kept)


class Network(nn.Module):
    """Both, for training. `dropout` falls on whole channels of the codes."""

    def __init__(self, outputs: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.embedding = Embedding()
        self.dropout = nn.Dropout2d(dropout)
        self.words = Words(outputs)
        for parameter in self.embedding.layers[:FROZEN].parameters():
            parameter.requires_grad_(False)

    def forward(self, frames: Tensor) -> Tensor:
        """Return scores [n, columns - 8, outputs]."""
        codes = self.embedding(frames)
        return self.words(self.dropout(codes))[..., 0].permute(0, 2, 1)
