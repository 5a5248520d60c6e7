# SPDX-License-Identifier: Apache-2.0
"""The quantised tensor: what a graph takes and gives, and the way between its integers and real numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Int8: TypeAlias = NDArray[np.int8]
Float: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """One input or output of a graph.

    `real = scale * (integer - zero_point)`, per tensor, as in the specification of TensorFlow Lite's 8-bit
    quantisation. `shape` is complete: no graph of ours has a dimension that varies. A float32 tensor, which only a
    graph loaded for comparison has, carries scale 1 and zero point 0.
    """

    name: str
    shape: tuple[int, ...]
    scale: float
    zero_point: int
    dtype: str = "int8"

    def quantise(self, real: ArrayLike) -> NDArray[Any]:
        """Return `real` as this tensor's integers: nearest, halves to even, saturated at the ends of the range.

        A NaN has no nearest integer and raises ValueError.
        """
        values = np.asarray(real, dtype=np.float32)
        if self.dtype == "float32":
            return values
        if np.isnan(values).any():
            raise ValueError(f"tensor {self.name}: NaN can't be quantised")
        low, high = _limits(self.dtype)
        steps = np.rint(values / np.float32(self.scale)) + np.float32(self.zero_point)
        return np.minimum(np.maximum(steps, low), high).astype(self.dtype)

    def dequantise(self, integers: NDArray[Any]) -> Float:
        """Return the real numbers, float32, that this tensor's `integers` stand for."""
        if self.dtype == "float32":
            return np.asarray(integers, dtype=np.float32)
        return (integers.astype(np.float32) - np.float32(self.zero_point)) * np.float32(self.scale)


@lru_cache(maxsize=8)
def _limits(dtype: str) -> tuple[np.float32, np.float32]:
    """Return the ends of a type's range. NumPy takes as long to say them as to quantise a small tensor."""
    limits = np.iinfo(dtype)
    return np.float32(limits.min), np.float32(limits.max)
