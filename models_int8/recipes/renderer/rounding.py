# SPDX-License-Identifier: Apache-2.0
"""Rounds as the int8 graph will round, while training: the network learns to live with it.

Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference", 2018.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

Range = tuple[float, float]
M = TypeVar("M", bound=nn.Module)
_LOW, _HIGH = -128, 127


class Rounds(Enum):
    """What is rounded while training: nothing, the tensors between layers, or those and the weights."""

    NOTHING = 0
    VALUES = 1
    ALL = 2


class Rounding(nn.Module):
    """Keeps the range of every tensor that the graph stores, and rounds to 256 steps of it; gradients pass through.

    `excess` adds up, since it was last set to zero, how far tensors went beyond their wanted ranges.
    """

    def __init__(self, wanted: Mapping[str, float], fixed: Mapping[str, Range]) -> None:
        """`wanted` names tensors whose range is watched, and how far each should reach; `fixed` gives ranges."""
        super().__init__()
        self._wanted, self._fixed = dict(wanted), dict(fixed)
        self.excess = torch.zeros(())
        for name in wanted:
            self.register_buffer(name, torch.zeros(2))

    def forward(self, name: str, values: Tensor) -> Tensor:
        """Return `values` as their int8 steps would give them back."""
        if name in self._fixed:
            low, high = self._fixed[name]
        else:
            low, high = self._watched(name, values)
            if self.training and max(-low, high) > self._wanted[name]:
                self.excess = self.excess + functional.relu(values.abs().amax() - self._wanted[name])
        scale = max(high - low, 1e-6) / 255
        zero = min(max(round(_LOW - low / scale), _LOW), _HIGH)
        return torch.fake_quantize_per_tensor_affine(values, scale, zero, _LOW, _HIGH)

    @torch.no_grad()
    def _watched(self, name: str, values: Tensor) -> Range:
        kept = self.get_buffer(name)
        if self.training:
            # Widened at once, as by calibration's minimum and maximum; narrowed slowly, as weights change.
            kept[0] = min(float(kept[0]) * 0.999, float(values.min()))
            kept[1] = max(float(kept[1]) * 0.999, float(values.max()))
        return float(kept[0]), float(kept[1])


def rounded(weight: Tensor, channel: int) -> Tensor:
    """Return a layer's weights in 255 steps for each output channel, which is dimension `channel`."""
    others = [axis for axis in range(weight.ndim) if axis != channel]
    scale = weight.detach().abs().amax(others).clamp_min(1e-9) / 127
    zero = torch.zeros_like(scale, dtype=torch.int32)
    return torch.fake_quantize_per_channel_affine(weight, scale, zero, channel, -127, 127)


@torch.no_grad()
def settled(module: M) -> M:
    """Return a copy whose weights are those that int8 will hold: what small ones did unrounded is gone."""
    copied = copy.deepcopy(module)
    for layer in copied.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            layer.weight.copy_(rounded(layer.weight, output_channel(layer)))
    return copied


def output_channel(layer: nn.Conv2d | nn.ConvTranspose2d) -> int:
    """Return which dimension of a layer's weights is the output channel's."""
    return 1 if isinstance(layer, nn.ConvTranspose2d) else 0
