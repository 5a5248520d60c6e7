# SPDX-License-Identifier: Apache-2.0
"""The ends of a graph: what the runtime tells of them, and what may be handed to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators.errors import ModelError, ShapeError
from phosphene.accelerators.tensor import TensorSpec


def spec_of(detail: Mapping[str, Any], path: Path, allow_float: bool) -> TensorSpec:
    """Return an input or output as the interpreter tells of it; raises ModelError when it is none that we run."""
    name, dtype = str(detail["name"]), np.dtype(detail["dtype"]).name
    shape = tuple(int(size) for size in detail["shape"])
    if any(size < 0 for size in detail["shape_signature"]):
        raise ModelError(
            f"tensor {name} has a dimension that varies: {list(detail['shape_signature'])}",
            place=str(path),
            cure="export the graph with fixed shapes",
        )
    scale, zero_point = detail["quantization"]
    if dtype == "float32" and allow_float:
        return TensorSpec(name, shape, 1.0, 0, dtype)
    if dtype != "int8" or not scale:
        raise ModelError(
            f"tensor {name} is {dtype}, and only quantised int8 goes in and out of a graph",
            place=str(path),
            cure="quantise it with recipes.workshop.export, or load it for comparison with allow_float=True",
        )
    return TensorSpec(name, shape, float(scale), int(zero_point), dtype)


def require(specs: Sequence[TensorSpec], arrays: Sequence[NDArray[Any]], path: Path) -> None:
    """Raise ShapeError unless `arrays` are what the inputs `specs` of the graph at `path` take."""
    if len(arrays) != len(specs):
        raise ShapeError(
            f"the graph takes {len(specs)} inputs, not {len(arrays)}",
            place=str(path),
            cure=f"hand over, in this order: {', '.join(map(_wanted, specs))}",
        )
    for spec, array in zip(specs, arrays, strict=True):
        if array.shape != spec.shape or array.dtype != spec.dtype:
            raise ShapeError(
                f"input {spec.name} takes {_wanted(spec)}, not {array.dtype} {list(array.shape)}",
                place=str(path),
                cure="reshape it; TensorSpec.quantise makes the integers",
            )


def _wanted(spec: TensorSpec) -> str:
    return f"{spec.dtype} {list(spec.shape)}"
