# SPDX-License-Identifier: Apache-2.0
"""Takes an int8 graph apart into float layers: what a compiler of another vendor can start from.

Weights come out as the real numbers that the int8 ones stand for, so nothing is lost: quantised per channel again,
they are the same integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators.errors import ModelError
from phosphene.accelerators.model_file import read_model
from phosphene_tools.models.graph import GraphFile, Operator, Tensor, read_graph

Float = NDArray[np.float32]
_ACTIVATIONS = {0: False, 1: True}
_SAME = 0


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer, channels first. `weights`: [out, in, height, width] of a "conv", [in, out, height, width] of a
    "spread", which is a transposed convolution whose kernel equals its strides; none of an "add".
    """

    kind: str
    inputs: tuple[str, ...]
    output: str
    relu: bool
    strides: tuple[int, int] = (1, 1)
    dilations: tuple[int, int] = (1, 1)
    # Before and after: top, left, bottom, right.
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    weights: Float | None = None
    bias: Float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """A graph in float. Shapes of `inputs` and `outputs` are [1, channels, height, width], rows included."""

    inputs: dict[str, tuple[int, ...]]
    outputs: dict[str, tuple[int, ...]]
    steps: tuple[Layer, ...]


def read_layers(path: Path) -> Layers:
    """Return the layers of the graph at `path`; raises ModelError when it is damaged or has an operator that is
    neither convolution, fully connected layer, addition nor ReLU.
    """
    graph = read_graph(path)
    constants = _constants(path, graph)
    steps: list[Layer] = []
    for operator in graph.operators:
        if operator.name == "RESHAPE":
            steps[-1:] = [_spread(path, operator, steps[-1:])]
        else:
            steps.append(_layer(path, operator, constants))
    return Layers(
        {tensor.name: first(tensor.shape) for tensor in graph.inputs},
        {tensor.name: first(tensor.shape) for tensor in graph.outputs},
        tuple(steps),
    )


def first(shape: Sequence[int]) -> tuple[int, ...]:
    """Return a shape with its channels, which come last, moved to the front; a row becomes a picture of one point."""
    return (1, shape[-1], 1, 1) if len(shape) == 2 else (shape[0], shape[-1], *shape[1:-1])


def channels_first(array: NDArray[Any]) -> NDArray[Any]:
    """Return an input or output of the graph in the order that `first` gives."""
    return array.reshape(first(array.shape)) if array.ndim == 2 else np.moveaxis(array, -1, 1)


def _layer(path: Path, operator: Operator, constants: dict[int, Float]) -> Layer:
    relu = _ACTIVATIONS.get(operator.options.get("fusedActivationFunction", 0))
    if relu is None:
        raise _unknown(path, operator, "its fused activation is no ReLU")
    output, sources = operator.outputs[0].name, [tensor for tensor in operator.inputs if not tensor.constant]
    names = tuple(tensor.name for tensor in sources)
    match operator.name:
        case "ADD" if len(sources) == 2:
            return Layer("add", names, output, relu)
        case "RELU":
            return Layer("relu", names, output, relu=True)
        case "FULLY_CONNECTED" if len(sources) == 1:
            weights, bias = _weights(operator.inputs[1:], constants)
            return Layer("conv", names, output, relu, weights=weights[:, :, None, None], bias=bias)
        case "CONV_2D" if len(sources) == 1:
            weights, bias = _weights(operator.inputs[1:], constants)
            options = operator.options
            strides = options.get("strideH", 1), options.get("strideW", 1)
            dilations = options.get("dilationHFactor", 1), options.get("dilationWFactor", 1)
            pads = _pads(operator, strides, dilations)
            return Layer("conv", names, output, relu, strides, dilations, pads, weights.transpose(0, 3, 1, 2), bias)
        case "TRANSPOSE_CONV" if len(sources) == 1:
            # Inputs: output shape, weights [out, height, width, in], source, bias.
            weights, bias = _weights((operator.inputs[1], *operator.inputs[3:]), constants)
            strides = operator.options.get("strideH", 1), operator.options.get("strideW", 1)
            if strides != weights.shape[1:3]:
                raise _unknown(path, operator, "its kernel is not as large as its strides")
            return Layer("spread", names, output, relu, strides, weights=weights.transpose(3, 0, 1, 2), bias=bias)
        case _:
            raise _unknown(path, operator, "there is no float layer for it")


def _spread(path: Path, operator: Operator, before: Sequence[Layer]) -> Layer:
    """Return the transposed convolution that a convolution and the RESHAPE of its channels into points stand for."""
    wide, long = operator.inputs[0].shape, operator.outputs[0].shape
    layer = before[0] if before and before[0].output == operator.inputs[0].name else None
    weights = layer.weights if layer is not None and layer.kind == "conv" else None
    times = long[2] // wide[2] if len(wide) == len(long) == 4 else 0
    if layer is None or weights is None or long != (wide[0], wide[1], wide[2] * times, wide[3] // max(times, 1)):
        raise _unknown(path, operator, "it does not follow a convolution whose channels it reads as points of a row")
    if weights.shape[2:] != (1, 1) or layer.strides != (1, 1):
        raise _unknown(path, operator, "the convolution before it looks at more than one point")
    kernels = weights[:, :, 0, 0].reshape(times, long[3], -1).transpose(2, 1, 0)[:, :, None]
    # All points of a channel have one bias, or this is no transposed convolution.
    bias = layer.bias
    if bias is not None and np.ptp(bias.reshape(times, -1), axis=0).any():
        raise _unknown(path, operator, "its points have biases of their own")
    return Layer(
        "spread",
        layer.inputs,
        operator.outputs[0].name,
        layer.relu,
        (1, times),
        weights=kernels,
        bias=None if bias is None else bias[: long[3]],
    )


def _weights(tensors: Sequence[Tensor], constants: dict[int, Float]) -> tuple[Float, Float | None]:
    return constants[tensors[0].index], constants[tensors[1].index] if len(tensors) > 1 else None


def _pads(operator: Operator, strides: tuple[int, int], dilations: tuple[int, int]) -> tuple[int, int, int, int]:
    if operator.options.get("padding", _SAME) != _SAME:
        return (0, 0, 0, 0)
    spare: list[int] = []
    for axis in (0, 1):
        reach = (operator.inputs[1].shape[1 + axis] - 1) * dilations[axis] + 1
        taken = (operator.outputs[0].shape[1 + axis] - 1) * strides[axis] + reach
        spare.append(max(taken - operator.inputs[0].shape[1 + axis], 0))
    return (spare[0] // 2, spare[1] // 2, spare[0] - spare[0] // 2, spare[1] - spare[1] // 2)


def _constants(path: Path, graph: GraphFile) -> dict[int, Float]:
    """Return the real values of all constant tensors that are quantised."""
    from ai_edge_litert import schema_py_generated as schema

    content = read_model(path).content
    model = cast("Any", schema.ModelT.InitFromPackedBuf(content, 0))
    found: dict[int, Float] = {}
    for tensor in graph.tensors:
        if not tensor.constant or not tensor.scales:
            continue
        raw = model.subgraphs[0].tensors[tensor.index]
        buffer = model.buffers[raw.buffer]
        # Weights lie in the graph's structure, or after it at an offset of the file.
        data = content[buffer.offset :][: buffer.size] if buffer.data is None else bytes(buffer.data)
        if len(data) != tensor.nbytes:
            raise ModelError(
                f"tensor {tensor.name} has {len(data)} B of {prod(tensor.shape)} values",
                place=str(path),
                cure=f"phosphene models build {path.parent.name}",
            )
        values = np.frombuffer(data, np.dtype(tensor.dtype)).reshape(tensor.shape).astype(np.float64)
        along = [1] * len(tensor.shape)
        if len(tensor.scales) > 1:
            along[raw.quantization.quantizedDimension] = -1
        scales, zeros = (np.array(part, np.float64).reshape(along) for part in (tensor.scales, tensor.zero_points))
        found[tensor.index] = ((values - zeros) * scales).astype(np.float32)
    return found


def _unknown(path: Path, operator: Operator, why: str) -> ModelError:
    return ModelError(
        f"operator {operator.index} {operator.name} can't be taken apart: {why}",
        place=str(path),
        cure="hand over the recipe's own ONNX with --work",
    )
