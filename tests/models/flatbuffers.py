# SPDX-License-Identifier: Apache-2.0
"""Builds small .tflite graphs without a converter: for tests of what reads, checks and runs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, cast

import numpy as np
from ai_edge_litert import schema_py_generated as _schema
from ai_edge_litert.tools import flatbuffer_utils as _flatbuffer_utils
from numpy.typing import NDArray

# Generated code and tools without types.
schema, flatbuffer_utils = cast("Any", _schema), cast("Any", _flatbuffer_utils)


@dataclass
class GraphBuilder:
    """Collects tensors and operators; `content` gives the file's bytes."""

    tensors: list[Any] = field(default_factory=list[Any])
    buffers: list[Any] = field(default_factory=lambda: [schema.BufferT()])
    operators: list[Any] = field(default_factory=list[Any])
    codes: list[Any] = field(default_factory=list[Any])

    def activation(self, shape: Sequence[int], dtype: str = "int8", scale: float = 0.05, zero: int = 0) -> int:
        """Add a tensor that is computed, and return its number; a size of -1 varies."""
        return self._tensor(shape, dtype, [scale] if "float" not in dtype else [], [zero], 0)

    def constant(self, values: NDArray[Any], scales: Sequence[float] = (), axis: int = 0) -> int:
        """Add a tensor that lies in the file, and return its number."""
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self.buffers.append(buffer)
        return self._tensor(values.shape, values.dtype.name, scales, [0] * len(scales), len(self.buffers) - 1, axis)

    def operator(self, name: str, inputs: Sequence[int], outputs: Sequence[int], **options: int) -> None:
        """Add an operator by the schema's name in capitals; options by the schema's names."""
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.codes)
        operator.inputs, operator.outputs = list(inputs), list(outputs)
        kind = _OPTIONS.get(name)
        if kind is not None:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
            operator.builtinOptions = getattr(schema, f"{kind}T")()
            for key, value in options.items():
                setattr(operator.builtinOptions, key, value)
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, name)
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        code.version = 3 if name in {"CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV"} else 2 if name == "ADD" else 1
        self.codes.append(code)
        self.operators.append(operator)

    def content(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """Return the graph as a file has it."""
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = list(inputs), list(outputs)
        graph.name = b"main"
        model = schema.ModelT()
        model.version, model.description = 3, b""
        model.operatorCodes, model.buffers, model.subgraphs = self.codes, self.buffers, [graph]
        return bytes(flatbuffer_utils.convert_object_to_bytearray(model))

    def _tensor(
        self,
        shape: Sequence[int],
        dtype: str,
        scales: Sequence[float],
        zeros: Sequence[int],
        buffer: int,
        axis: int = 0,
    ) -> int:
        tensor = schema.TensorT()
        tensor.name = f"t{len(self.tensors)}".encode()
        tensor.shape = [max(size, 1) for size in shape]
        if min(shape, default=1) < 0:
            tensor.shapeSignature = list(shape)
        tensor.type = getattr(schema.TensorType, dtype.upper())
        tensor.buffer = buffer
        if scales:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale, tensor.quantization.zeroPoint = list(scales), list(zeros)
            tensor.quantization.quantizedDimension = axis
        self.tensors.append(tensor)
        return len(self.tensors) - 1


def convolution(
    builder: GraphBuilder,
    source: int,
    *,
    channels: int = 4,
    kernel: int = 3,
    seed: int = 0,
    dilation: tuple[int, int] = (1, 1),
) -> int:
    """Add a VALID convolution with ReLU and random weights, per channel, to `source`, and return its output."""
    rng = np.random.default_rng(seed)
    shape = builder.tensors[source].shape
    weights = rng.integers(-127, 128, (channels, kernel, kernel, shape[-1])).astype(np.int8)
    scales = [float(scale) for scale in rng.uniform(0.002, 0.01, channels)]
    bias = rng.integers(-500, 500, channels).astype(np.int32)
    output = builder.activation((shape[0], shape[1] - kernel + 1, shape[2] - kernel + 1, channels), zero=-128)
    builder.operator(
        "CONV_2D",
        [source, builder.constant(weights, scales), builder.constant(bias, [0.05 * scale for scale in scales])],
        [output],
        padding=1,
        strideW=1,
        strideH=1,
        fusedActivationFunction=1,
        dilationWFactor=dilation[0],
        dilationHFactor=dilation[1],
    )
    return output


def spread_along_rows(
    builder: GraphBuilder, source: int, *, channels: int = 4, times: int = 5, biased: bool = True
) -> int:
    """Add a transposed convolution that makes `times` points of each point of a row, and return its output."""
    rng = np.random.default_rng(channels)
    _, _, width, into = builder.tensors[source].shape
    weights = rng.integers(-127, 128, (channels, 1, times, into)).astype(np.int8)
    scales = [float(scale) for scale in rng.uniform(0.002, 0.01, channels)]
    bias = rng.integers(-500, 500, channels).astype(np.int32)
    shape = (1, 1, width * times, channels)
    output = builder.activation(shape, zero=3)
    inputs = [builder.constant(np.array(shape, np.int32)), builder.constant(weights, scales), source]
    inputs += [builder.constant(bias, [0.05 * scale for scale in scales])] if biased else []
    builder.operator("TRANSPOSE_CONV", inputs, [output], padding=1, strideH=1, strideW=times)
    return output


def rows_network() -> bytes:
    """Return an int8 graph of two rows of points that are spread, added, and convolved: a renderer in small."""
    builder = GraphBuilder()
    shapes, colours = builder.activation((1, 1, 12, 6)), builder.activation((1, 1, 12, 3), zero=-5)
    left = spread_along_rows(builder, shapes)
    right = spread_along_rows(builder, colours, biased=False)
    total = builder.activation((1, 1, 60, 4), zero=-128)
    builder.operator("ADD", [left, right], [total], fusedActivationFunction=1)
    return builder.content([shapes, colours], [convolution(builder, total, kernel=1, channels=3)])


def small_network() -> bytes:
    """Return an int8 graph of two inputs, each convolved by itself, added, and convolved again."""
    builder = GraphBuilder()
    cells, field_ = builder.activation((1, 12, 16, 5)), builder.activation((1, 10, 14, 3), scale=0.02, zero=7)
    left = convolution(builder, cells, kernel=3, seed=1)
    right = convolution(builder, field_, kernel=1, seed=2)
    total = builder.activation((1, 10, 14, 4), zero=-128)
    builder.operator("ADD", [left, right], [total], fusedActivationFunction=1)
    pixels = convolution(builder, total, channels=3, seed=3)
    return builder.content([cells, field_], [pixels])


def chain(name: str, before: Sequence[int], after: Sequence[int], *extra: NDArray[Any], **options: int) -> bytes:
    """Return a graph of a convolution, then the operator `name` from shape `before` to `after`, then a convolution.

    `extra` are the operator's constant inputs. The graph is for reading: it need not be one that runs.
    """
    builder = GraphBuilder()
    source = builder.activation((1, 4, 4, 3))
    middle = convolution(builder, source)
    builder.tensors[middle].shape = list(before)
    result = builder.activation(after)
    builder.operator(name, [middle, *(builder.constant(values) for values in extra)], [result], **options)
    end = builder.activation((1, prod(after)))
    builder.operator("RESHAPE", [result, builder.constant(np.array([1, prod(after)], np.int32))], [end])
    return builder.content([source], [end])


_OPTIONS = {
    "ADD": "AddOptions",
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "CONCATENATION": "ConcatenationOptions",
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "FULLY_CONNECTED": "FullyConnectedOptions",
    "MEAN": "ReducerOptions",
    "PAD": "PadOptions",
    "RESHAPE": "ReshapeOptions",
    "RESIZE_BILINEAR": "ResizeBilinearOptions",
    "SOFTMAX": "SoftmaxOptions",
    "STRIDED_SLICE": "StridedSliceOptions",
    "TILE": "TileOptions",
    "TRANSPOSE": "TransposeOptions",
    "TRANSPOSE_CONV": "TransposeConvOptions",
}
