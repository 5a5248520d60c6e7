# SPDX-License-Identifier: Apache-2.0
"""Rounds as the int8 graph will round, while training: the network learns to live with it.

Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference", 2018.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

Range = tuple[float, float]
_LOW, _HIGH = -128, 127


class Rounding(nn.Module):
    """Keeps the range of every tensor that the graph stores, and rounds to 256 steps of it; gradients pass through."""

    def __init__(self, seen: tuple[str, ...], fixed: Mapping[str, Range]) -> None:
        """`seen` names tensors whose range is watched while training, `fixed` gives the range of others."""
        super().__init__()
        self._fixed = dict(fixed)
        for name in seen:
            self.register_buffer(name, torch.zeros(2))

    def forward(self, name: str, values: Tensor) -> Tensor:
        """Return `values` as their int8 steps would give them back."""
        if name in self._fixed:
            low, high = self._fixed[name]
        else:
            low, high = self._watched(name, values)
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
