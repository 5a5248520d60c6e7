# SPDX-License-Identifier: Apache-2.0
"""The float32 twin of an int8 graph: the same operators and shapes, its weights as the int8 ones stand for them.

A twin computes what the int8 graph would without rounding what flows between its operators. The rounding of the
weights is in both, so it says what activations lose, not what quantising the weights lost: that is on the card.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Graph, ModelError, load_graph
from phosphene.accelerators.golden import snr_db
from phosphene.accelerators.model_file import read_model

Array = NDArray[Any]


def twin(path: Path) -> bytes:
    """Return the graph at `path` in float32.

    An operator that only changes the scale (QUANTIZE) is left out. Raises ModelError for what has no twin.
    """
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.tools import flatbuffer_utils

    model: Any = flatbuffer_utils.read_model_from_bytearray(bytearray(read_model(path).content))
    kinds = {schema.TensorType.INT8: np.int8, schema.TensorType.INT32: np.int32}
    for graph in model.subgraphs:
        _without_rescaling(path, model, graph, schema.BuiltinOperator)
        for tensor in graph.tensors:
            scales = None if tensor.quantization is None else tensor.quantization.scale
            if scales is None or not len(scales):
                continue
            if tensor.type not in kinds:
                raise ModelError("the graph has tensors beside int8 and int32; it has no plain twin", place=str(path))
            content = model.buffers[tensor.buffer]
            if content.data is not None and len(content.data):
                values = np.frombuffer(bytes(content.data), kinds[tensor.type]).reshape(tensor.shape)
                content.data = np.frombuffer(_real(values, tensor.quantization).tobytes(), np.uint8)
            tensor.type, tensor.quantization = schema.TensorType.FLOAT32, None
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def _without_rescaling(path: Path, model: Any, graph: Any, names: Any) -> None:
    """Take QUANTIZE out of `graph`: in real numbers it hands on what it gets."""
    same: dict[int, int] = {}
    kept: list[Any] = []
    for operator in graph.operators:
        code = model.operatorCodes[operator.opcodeIndex]
        number = max(code.builtinCode, code.deprecatedBuiltinCode)
        operator.inputs = [same.get(int(slot), int(slot)) for slot in operator.inputs]
        if number == names.QUANTIZE:
            same[int(operator.outputs[0])] = operator.inputs[0]
        elif number == names.DEQUANTIZE:
            raise ModelError("the graph has floats of its own; it has no plain twin", place=str(path))
        else:
            kept.append(operator)
    graph.operators = kept
    graph.outputs = [same.get(int(slot), int(slot)) for slot in graph.outputs]
    for signature in model.signatureDefs or []:
        for end in signature.outputs or []:
            end.tensorIndex = same.get(int(end.tensorIndex), int(end.tensorIndex))


def _real(values: Array, quantisation: Any) -> NDArray[np.float32]:
    scales = np.asarray(quantisation.scale, np.float32)
    zeros = np.zeros(len(scales), np.float32)
    if quantisation.zeroPoint is not None and len(quantisation.zeroPoint):
        zeros[:] = np.asarray(quantisation.zeroPoint)
    shape = [1] * values.ndim
    # A number by itself has no axis.
    if shape:
        shape[quantisation.quantizedDimension if len(scales) > 1 else 0] = len(scales)
    return (values.astype(np.float32) - zeros.reshape(shape)) * scales.reshape(shape)


def load_twin(path: Path, threads: int = 1) -> Graph:
    """Return the float32 twin of the graph at `path`, loaded; raises ModelError."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "twin.tflite"
        copy.write_bytes(twin(path))
        return load_graph(copy, threads, allow_float=True)


def twin_db(path: Path, runs: Sequence[Sequence[Array]]) -> float:
    """Return the decibels of the int8 graph at `path` against its twin over `runs` of int8 inputs.

    The worst of its outputs. Raises ModelError when there is no twin.
    """
    int8, real = load_graph(path), load_twin(path)
    wanted: list[list[Array]] = [[] for _ in int8.outputs]
    got: list[list[Array]] = [[] for _ in int8.outputs]
    for run in runs:
        results = int8.run(*run)
        twins = real.run(*(spec.dequantise(array) for spec, array in zip(int8.inputs, run, strict=True)))
        for place, spec in enumerate(int8.outputs):
            wanted[place].append(twins[place].ravel())
            got[place].append(spec.dequantise(results[place]).ravel())
    return min(snr_db(np.concatenate(right), np.concatenate(near)) for right, near in zip(wanted, got, strict=True))
