# SPDX-License-Identifier: Apache-2.0
"""Reads what a .tflite graph consists of, without running it: operators in order, tensors, options."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path
from typing import Any, cast

from phosphene.accelerators.errors import ModelError
from phosphene.accelerators.model_file import read_model

_BYTES = {
    "float32": 4,
    "int32": 4,
    "float16": 2,
    "int16": 2,
    "int64": 8,
    "float64": 8,
    "uint8": 1,
    "int8": 1,
    "bool": 1,
}


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of a graph. `shape` has -1 where it varies; `scales` holds one scale, or one per channel."""

    index: int
    name: str
    shape: tuple[int, ...]
    dtype: str
    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    constant: bool

    @property
    def static(self) -> bool:
        """Whether every dimension is known."""
        return all(size >= 0 for size in self.shape)

    @property
    def nbytes(self) -> int:
        """Size in bytes; 0 for a type that has no fixed size."""
        return prod(max(size, 1) for size in self.shape) * _BYTES.get(self.dtype, 0)


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator: its name in capitals, as TensorFlow Lite has it, and its options by the schema's names."""

    index: int
    name: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    options: dict[str, Any]
    # The values of those inputs that are short and constant: paddings, axes, strides. By place among the inputs.
    constants: dict[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class GraphFile:
    """A graph as its file has it. `subgraphs` is 1 for every graph that an accelerator takes."""

    path: Path
    sha256: str
    size: int
    subgraphs: int
    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]

    @property
    def weight_bytes(self) -> int:
        """Bytes of all constant tensors."""
        return sum(tensor.nbytes for tensor in self.tensors if tensor.constant)

    @property
    def activation_peak(self) -> int:
        """The most bytes of activations alive at one time when the operators run in order: no arena is smaller."""
        last = {tensor.index: operator.index for operator in self.operators for tensor in operator.inputs}
        last.update({tensor.index: len(self.operators) for tensor in self.outputs})
        live = {tensor.index: tensor.nbytes for tensor in self.inputs}
        peak = sum(live.values())
        for operator in self.operators:
            live.update({tensor.index: tensor.nbytes for tensor in operator.outputs})
            peak = max(peak, sum(live.values()))
            live = {index: size for index, size in live.items() if last.get(index, -1) > operator.index}
        return peak

    @property
    def multiply_accumulates(self) -> int:
        """Multiplications of one run, in convolutions and fully connected layers."""
        return sum(_multiplications(operator) for operator in self.operators)


def read_graph(path: Path) -> GraphFile:
    """Return the graph in the file at `path`; raises ModelError when it is missing, damaged or no .tflite."""
    model = read_model(path)
    try:
        return _parse(path, model.content, model.sha256)
    except (struct.error, IndexError, KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise ModelError(
            f"the graph can't be read, its structure is damaged ({type(error).__name__})",
            place=str(path),
            cure=f"get the file again, or build it: phosphene models build {path.parent.name}",
        ) from error


def _parse(path: Path, content: bytes, sha256: str) -> GraphFile:
    from ai_edge_litert import schema_py_generated as schema

    # Generated code, in which everything may be None; a graph in which something is, is damaged, and raises.
    model = cast("Any", schema.ModelT.InitFromPackedBuf(content, 0))
    graph = model.subgraphs[0]
    tensors = tuple(_tensor(index, tensor, model.buffers) for index, tensor in enumerate(graph.tensors))
    operators: list[Operator] = []
    for index, operator in enumerate(graph.operators):
        slots = [slot for slot in operator.inputs if slot >= 0]
        operators.append(
            Operator(
                index,
                _name(model.operatorCodes[operator.opcodeIndex]),
                tuple(tensors[slot] for slot in slots),
                tuple(tensors[slot] for slot in operator.outputs),
                dict(vars(operator.builtinOptions)) if operator.builtinOptions is not None else {},
                {
                    place: struct.unpack(
                        f"<{prod(tensors[slot].shape)}i", bytes(model.buffers[graph.tensors[slot].buffer].data)
                    )
                    for place, slot in enumerate(slots)
                    if tensors[slot].constant and tensors[slot].dtype == "int32" and prod(tensors[slot].shape) <= 16
                },
            )
        )
    return GraphFile(
        path,
        sha256,
        len(content),
        len(model.subgraphs),
        tensors,
        tuple(operators),
        tuple(tensors[slot] for slot in graph.inputs),
        tuple(tensors[slot] for slot in graph.outputs),
    )


def _tensor(index: int, tensor: Any, buffers: list[Any]) -> Tensor:
    quantisation = tensor.quantization
    signature = tensor.shapeSignature if tensor.shapeSignature is not None else tensor.shape
    return Tensor(
        index,
        tensor.name.decode() if tensor.name else "",
        tuple(int(size) for size in _listed(signature)),
        _types()[tensor.type],
        tuple(float(scale) for scale in _listed(quantisation.scale)) if quantisation else (),
        tuple(int(zero) for zero in _listed(quantisation.zeroPoint)) if quantisation else (),
        constant=_listed(buffers[tensor.buffer].data) != [] or bool(buffers[tensor.buffer].size),
    )


def _listed(values: Iterable[Any] | None) -> list[Any]:
    return [] if values is None else list(values)


def _name(code: Any) -> str:
    # Codes above 127 did not fit the first field, which old files have alone.
    number = max(code.builtinCode, code.deprecatedBuiltinCode)
    if _operators()[number] == "CUSTOM":
        return f"custom:{(code.customCode or b'').decode()}"
    return _operators()[number]


@cache
def _operators() -> dict[int, str]:
    from ai_edge_litert import schema_py_generated as schema

    return {number: name for name, number in vars(schema.BuiltinOperator).items() if isinstance(number, int)}


@cache
def _types() -> dict[int, str]:
    from ai_edge_litert import schema_py_generated as schema

    return {number: name.lower() for name, number in vars(schema.TensorType).items() if isinstance(number, int)}


def _multiplications(operator: Operator) -> int:
    match operator.name:
        case "CONV_2D":
            return prod(operator.outputs[0].shape) * prod(operator.inputs[1].shape[1:])
        case "DEPTHWISE_CONV_2D":
            return prod(operator.outputs[0].shape) * prod(operator.inputs[1].shape[1:3])
        case "TRANSPOSE_CONV":
            # Inputs: output shape, weights (out, height, width, in), input.
            return prod(operator.inputs[2].shape) * prod(operator.inputs[1].shape[:3])
        case "FULLY_CONNECTED":
            return prod(operator.outputs[0].shape) * operator.inputs[1].shape[-1]
        case _:
            return 0
