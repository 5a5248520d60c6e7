# SPDX-License-Identifier: Apache-2.0
"""Writes transposed convolutions along a row as plain convolutions: the same numbers from operators that chips take.

A transposed convolution with a kernel of 1 x k and strides of k makes k points of each, none of which touch. So does
a convolution of one point with k times the channels, once they are read as k points: N x H x W x C lies in memory
just so, and a RESHAPE moves nothing.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from ai_edge_litert import schema_py_generated as _schema
from ai_edge_litert.tools import flatbuffer_utils as _flatbuffer_utils
from numpy.typing import NDArray

# Generated code and tools without types.
schema, flatbuffer_utils = cast("Any", _schema), cast("Any", _flatbuffer_utils)


def spread_by_convolution(content: bytes) -> bytes:
    """Return the int8 graph in `content` without TRANSPOSE_CONV along rows; every other operator stays as it is.

    Its outputs are the same, bit for bit. Each becomes a CONV_2D and a RESHAPE.
    """
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    graph = model.subgraphs[0]
    operators: list[Any] = []
    for operator in graph.operators:
        operators += _replaced(model, graph, operator) if _along_a_row(model, graph, operator) else [operator]
    if len(operators) == len(graph.operators):
        return content
    graph.operators = operators
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def _along_a_row(model: Any, graph: Any, operator: Any) -> bool:
    code = model.operatorCodes[operator.opcodeIndex]
    if max(code.builtinCode, code.deprecatedBuiltinCode) != schema.BuiltinOperator.TRANSPOSE_CONV:
        return False
    _, height, width, _ = graph.tensors[operator.inputs[1]].shape
    strides = operator.builtinOptions.strideH, operator.builtinOptions.strideW
    return strides == (height, width) and height == 1


def _replaced(model: Any, graph: Any, operator: Any) -> list[Any]:
    # The output's shape, weights [out, 1, k, in], source, bias.
    shape, kernel, source, *bias = (int(slot) for slot in operator.inputs)
    end = int(operator.outputs[0])
    weights = graph.tensors[kernel]
    out, _, times, into = (int(size) for size in weights.shape)
    old = np.frombuffer(bytes(model.buffers[weights.buffer].data), np.int8).reshape(out, times, into)
    _fill(model, weights, np.ascontiguousarray(old.transpose(1, 0, 2)).reshape(times * out, 1, 1, into))
    _repeat(weights, times)
    if bias:
        biases = graph.tensors[bias[0]]
        _fill(model, biases, np.tile(np.frombuffer(bytes(model.buffers[biases.buffer].data), np.int32), times))
        _repeat(biases, times)
    else:
        bias = [_no_bias(model, graph, weights, graph.tensors[source])]
    middle = schema.TensorT()
    middle.name, middle.type, middle.buffer = graph.tensors[end].name + b"_wide", schema.TensorType.INT8, 0
    middle.shape = [*(int(size) for size in graph.tensors[source].shape[:-1]), times * out]
    middle.quantization = graph.tensors[end].quantization
    graph.tensors.append(middle)

    wide = schema.OperatorT()
    wide.opcodeIndex = _code(model, schema.BuiltinOperator.CONV_2D, 3)
    wide.inputs, wide.outputs = [source, kernel, *bias], [len(graph.tensors) - 1]
    wide.builtinOptionsType = schema.BuiltinOptions.Conv2DOptions
    wide.builtinOptions = options = schema.Conv2DOptionsT()
    options.padding, options.strideH, options.strideW = schema.Padding.VALID, 1, 1
    options.fusedActivationFunction = operator.builtinOptions.fusedActivationFunction
    read = schema.OperatorT()
    read.opcodeIndex = _code(model, schema.BuiltinOperator.RESHAPE, 1)
    read.inputs, read.outputs = [len(graph.tensors) - 1, shape], [end]
    read.builtinOptionsType = schema.BuiltinOptions.ReshapeOptions
    read.builtinOptions = schema.ReshapeOptionsT()
    read.builtinOptions.newShape = [int(size) for size in graph.tensors[end].shape]
    return [wide, read]


def _fill(model: Any, tensor: Any, values: NDArray[Any]) -> None:
    """Give the tensor these values in a buffer of its own, and empty the one that it had unless another shares it."""
    if sum(other.buffer == tensor.buffer for other in model.subgraphs[0].tensors) == 1:
        buffer = model.buffers[tensor.buffer]
    else:
        buffer = schema.BufferT()
        model.buffers.append(buffer)
        tensor.buffer = len(model.buffers) - 1
    buffer.data = np.frombuffer(values.tobytes(), np.uint8)
    tensor.shape = list(values.shape)


def _repeat(tensor: Any, times: int) -> None:
    """Give each of `times` runs of channels the scales that the channels had."""
    old = tensor.quantization
    # Not in place: tensors may share one.
    tensor.quantization = schema.QuantizationParametersT()
    tensor.quantization.scale = np.tile(np.asarray(old.scale, np.float32), times)
    tensor.quantization.zeroPoint = np.zeros(len(tensor.quantization.scale), np.int64)
    tensor.quantization.quantizedDimension = 0


def _no_bias(model: Any, graph: Any, weights: Any, source: Any) -> int:
    """Add a bias of zeros, which compilers expect of a convolution, and return its number."""
    bias = schema.TensorT()
    bias.name, bias.type = weights.name + b"_bias", schema.TensorType.INT32
    model.buffers.append(schema.BufferT())
    bias.buffer = len(model.buffers) - 1
    graph.tensors.append(bias)
    _fill(model, bias, np.zeros(int(weights.shape[0]), np.int32))
    bias.quantization = schema.QuantizationParametersT()
    bias.quantization.scale = np.asarray(weights.quantization.scale, np.float32) * np.float32(
        source.quantization.scale[0]
    )
    bias.quantization.zeroPoint = np.zeros(len(bias.quantization.scale), np.int64)
    return len(graph.tensors) - 1


def _code(model: Any, number: int, version: int) -> int:
    for place, code in enumerate(model.operatorCodes):
        if max(code.builtinCode, code.deprecatedBuiltinCode) == number and code.version >= version:
            return place
    code = schema.OperatorCodeT()
    code.builtinCode, code.deprecatedBuiltinCode, code.version = number, min(number, 127), version
    model.operatorCodes.append(code)
    return len(model.operatorCodes) - 1
