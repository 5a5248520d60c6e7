# SPDX-License-Identifier: Apache-2.0
"""Two traps in weights that a converter falls into without a word: their order in memory, and rows of zeros."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import nn

from phosphene.errors import PhospheneError

M = TypeVar("M", bound=nn.Module)


def made_contiguous(module: M) -> M:
    """Put every parameter and buffer of `module` into plain order, in place.

    A module that was trained in torch's channels-last order converts into a graph with its weights scrambled.
    """
    for tensor in [*module.parameters(), *module.buffers()]:
        tensor.data = tensor.data.contiguous()
    return module


def refuse_dead_rows(module: nn.Module) -> None:
    """Raise PhospheneError for a layer in which all weights of an output channel are zero.

    Per-channel quantisation divides by the largest weight of the channel.
    """
    for name, layer in module.named_modules():
        weight = getattr(layer, "weight", None)
        if not isinstance(layer, (nn.Conv1d, nn.Conv2d, nn.Linear, nn.ConvTranspose2d)) or weight is None:
            continue
        # A transposed convolution keeps its output channels second.
        rows = weight.detach().transpose(0, 1) if isinstance(layer, nn.ConvTranspose2d) else weight.detach()
        dead = torch.nonzero(rows.flatten(1).abs().amax(1) == 0).flatten().tolist()
        if dead:
            raise PhospheneError(
                f"all weights of output channel {dead[0]} are zero, of {len(dead)} channels in all",
                place=f"layer {name or type(layer).__name__}",
                cure="train it longer, remove the channel, or start its weights away from zero",
            )
