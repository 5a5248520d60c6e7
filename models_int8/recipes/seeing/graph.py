# SPDX-License-Identifier: Apache-2.0
"""A .tflite graph as a tree that can be changed: the few edits that the recipes of seeing are made of."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any, cast

import numpy as np
from ai_edge_litert import schema_py_generated as _schema
from ai_edge_litert.tools import flatbuffer_utils as _flatbuffer_utils
from numpy.typing import NDArray

# Generated code and tools without types.
schema, _utils = cast("Any", _schema), cast("Any", _flatbuffer_utils)
_NAMES = {value: name for name, value in vars(schema.BuiltinOperator).items() if isinstance(value, int)}


class Edited:
    """A graph under change. Tensors are known by their index; operators are flatbuffer objects in running order."""

    def __init__(self, content: bytes) -> None:
        self.model = _utils.read_model_from_bytearray(bytearray(content))
        self.graph = self.model.subgraphs[0]

    def name_of(self, operator: Any) -> str:
        """Return an operator's name in capitals, as TensorFlow Lite has it."""
        code = self.model.operatorCodes[operator.opcodeIndex]
        return _NAMES[max(code.builtinCode, code.deprecatedBuiltinCode)]

    def named(self, *names: str) -> list[Any]:
        """Return the operators of these names, in order."""
        return [operator for operator in self.graph.operators if self.name_of(operator) in names]

    def maker(self, tensor: int) -> Any:
        """Return the operator that writes `tensor`, or None."""
        return next((operator for operator in self.graph.operators if tensor in operator.outputs), None)

    def users(self, tensor: int) -> list[Any]:
        """Return the operators that read `tensor`."""
        return [operator for operator in self.graph.operators if tensor in operator.inputs]

    def shape(self, tensor: int) -> tuple[int, ...]:
        """Return a tensor's shape."""
        return tuple(int(size) for size in self.graph.tensors[tensor].shape)

    def values(self, tensor: int) -> NDArray[Any]:
        """Return a constant's values: float16, float32 or int32."""
        kinds = {
            schema.TensorType.FLOAT16: np.float16,
            schema.TensorType.FLOAT32: np.float32,
            schema.TensorType.INT32: np.int32,
        }
        entry = self.graph.tensors[tensor]
        data = self.model.buffers[entry.buffer].data
        return np.frombuffer(bytes(data), kinds[entry.type]).reshape(self.shape(tensor))

    def tensor(self, name: str, shape: Sequence[int], values: NDArray[np.float32] | None = None) -> int:
        """Add a float32 tensor, a constant if it has `values`, and return its index."""
        made = schema.TensorT()
        made.name, made.shape, made.type = name.encode(), list(shape), schema.TensorType.FLOAT32
        made.buffer = 0
        if values is not None:
            made.buffer = len(self.model.buffers)
            self.model.buffers.append(schema.BufferT())
            self.model.buffers[-1].data = np.frombuffer(np.ascontiguousarray(values, np.float32).tobytes(), np.uint8)
        self.graph.tensors.append(made)
        return len(self.graph.tensors) - 1

    def operator(self, name: str, inputs: Sequence[int], output: int, options: Any = None, kind: int = 0) -> Any:
        """Make an operator, which still has to be put into `graph.operators`."""
        code = getattr(schema.BuiltinOperator, name)
        place = next((p for p, c in enumerate(self.model.operatorCodes) if c.builtinCode == code), None)
        if place is None:
            place = len(self.model.operatorCodes)
            entry = schema.OperatorCodeT()
            entry.builtinCode = entry.deprecatedBuiltinCode = code
            entry.version = 1
            self.model.operatorCodes.append(entry)
        made = schema.OperatorT()
        made.opcodeIndex, made.inputs, made.outputs = place, list(inputs), [output]
        made.builtinOptions, made.builtinOptionsType = options, kind
        return made

    def like(self, operator: Any, inputs: Sequence[int], output: int) -> Any:
        """Make an operator with the kind and options of another."""
        made = copy.copy(operator)
        made.inputs, made.outputs = list(inputs), [output]
        made.builtinOptions = copy.copy(operator.builtinOptions)
        return made

    def replace(self, old: Any, new: Iterable[Any]) -> None:
        """Put `new` operators where the `old` one stands."""
        place = next(place for place, operator in enumerate(self.graph.operators) if operator is old)
        self.graph.operators[place : place + 1] = list(new)

    def finish(self, names: dict[str, int], outputs: dict[str, int]) -> bytes:
        """Return the graph from inputs `names` to `outputs`, without what they don't need, and with a signature."""
        needed, kept = set(outputs.values()), list[Any]()
        for operator in reversed(self.graph.operators):
            if needed & set(operator.outputs):
                kept.insert(0, operator)
                needed |= {int(slot) for slot in operator.inputs if slot >= 0}
        self.graph.operators = kept
        used = sorted(needed | set(names.values()) | {int(slot) for one in kept for slot in one.outputs})
        moved = {old: new for new, old in enumerate(used)}
        tensors, buffers = [self.graph.tensors[old] for old in used], [schema.BufferT()]
        for place, tensor in enumerate(tensors):
            tensor.name = f"t{place}".encode()
            data = self.model.buffers[tensor.buffer].data
            tensor.buffer = 0
            if data is not None and len(data):
                tensor.buffer = len(buffers)
                buffers.append(schema.BufferT())
                buffers[-1].data = data
        for one in kept:
            one.inputs = [moved[int(slot)] if slot >= 0 else -1 for slot in one.inputs]
            one.outputs = [moved[int(slot)] for slot in one.outputs]
        self.graph.tensors, self.model.buffers = tensors, buffers
        self.model.metadata, self.model.metadataBuffer = None, None
        self.graph.name = b"main"
        self.graph.inputs, self.graph.outputs = ([moved[slot] for slot in ends.values()] for ends in (names, outputs))
        self.model.signatureDefs = [self._signature(names, outputs, moved)]
        return bytes(_utils.convert_object_to_bytearray(self.model))

    def _signature(self, names: dict[str, int], outputs: dict[str, int], moved: dict[int, int]) -> Any:
        signature = schema.SignatureDefT()
        signature.signatureKey, signature.subgraphIndex = b"serving_default", 0
        signature.inputs, signature.outputs = (
            [self._entry(name, moved[slot]) for name, slot in ends.items()] for ends in (names, outputs)
        )
        return signature

    def _entry(self, name: str, slot: int) -> Any:
        self.graph.tensors[slot].name = name.encode()
        entry = schema.TensorMapT()
        entry.name, entry.tensorIndex = name.encode(), slot
        return entry
