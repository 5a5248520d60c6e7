# SPDX-License-Identifier: Apache-2.0
"""The float32 twin of an int8 graph: the same operators and shapes, its weights as the int8 ones stand for them.

A twin computes what the int8 graph would without rounding what flows between its operators, and takes the time that
float32 takes. The rounding of the weights is in both.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Description, Graph, ModelError, TensorSpec, load_graph

Array = NDArray[Any]


def twin(path: Path) -> bytes:
    """Return the graph at `path` in float32; raises ModelError for an operator that only integers have."""
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.tools import flatbuffer_utils

    model: Any = flatbuffer_utils.read_model_from_bytearray(bytearray(path.read_bytes()))
    kinds = {schema.TensorType.INT8: np.int8, schema.TensorType.INT32: np.int32}
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            scales = None if tensor.quantization is None else tensor.quantization.scale
            if scales is None or not len(scales) or tensor.type not in kinds:
                continue
            content = model.buffers[tensor.buffer]
            if content.data is not None and len(content.data):
                values = np.frombuffer(bytes(content.data), kinds[tensor.type]).reshape(tensor.shape)
                content.data = np.frombuffer(_real(values, tensor.quantization).tobytes(), np.uint8)
            tensor.type, tensor.quantization = schema.TensorType.FLOAT32, None
        for operator in graph.operators:
            code = model.operatorCodes[operator.opcodeIndex]
            if max(code.builtinCode, code.deprecatedBuiltinCode) in {
                schema.BuiltinOperator.QUANTIZE,
                schema.BuiltinOperator.DEQUANTIZE,
            }:
                raise ModelError("the graph changes scales between operators; it has no plain twin", place=str(path))
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def _real(values: Array, quantisation: Any) -> NDArray[np.float32]:
    scales = np.asarray(quantisation.scale, np.float32)
    zeros = np.zeros(len(scales), np.float32)
    if quantisation.zeroPoint is not None and len(quantisation.zeroPoint):
        zeros[:] = np.asarray(quantisation.zeroPoint)
    shape = [1] * values.ndim
    shape[quantisation.quantizedDimension if len(scales) > 1 else 0] = len(scales)
    return (values.astype(np.float32) - zeros.reshape(shape)) * scales.reshape(shape)


class TwinGraph:
    """A float32 twin behind the int8 graph's interface: integers in and out, real numbers between."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        int8 = load_graph(path, threads)
        self._inputs, self._outputs = int8.inputs, int8.outputs
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "twin.tflite"
            copy.write_bytes(twin(path))
            self.float_graph = load_graph(copy, threads, allow_float=True)

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        return self._inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self._outputs

    def run(self, *arrays: Array) -> tuple[Array, ...]:
        real = [spec.dequantise(array) for spec, array in zip(self._inputs, arrays, strict=True)]
        results = self.float_graph.run(*real)
        return tuple(spec.quantise(result) for spec, result in zip(self._outputs, results, strict=True))

    def describe(self) -> Description:
        return self.float_graph.describe()


class InFloat:
    """An accelerator that runs the float32 twin of each graph on the CPU, for comparison."""

    name = "float32 on the cpu"

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads

    def load(self, path: Path) -> Graph:
        return TwinGraph(path, self._threads)
