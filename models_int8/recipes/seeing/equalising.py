# SPDX-License-Identifier: Apache-2.0
"""Gives the channels of every activation about the same range, so that one int8 scale a tensor serves all of them.

Cross-layer equalisation (Nagel et al., arXiv:1906.04721), with ranges that were seen instead of derived: a channel is
divided by a factor where it is made and multiplied by it where it is read. Sums, joins, pooling and ReLU keep factors,
so all channels that meet in them share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from recipes.seeing.graph import Edited, schema

Float = NDArray[np.float32]

_CONVOLUTIONS: Final = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
# A channel that was hardly ever awake counts as this loud.
_LEAST: Final = 1e-3


def ranges(content: bytes, samples: Sequence[Float]) -> dict[int, Float]:
    """Return, for each tensor of a float graph, the largest magnitude of each channel over `samples`."""
    interpreter = cast("Any", Interpreter)(model_content=content, num_threads=1, experimental_preserve_all_tensors=True)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    written = {int(slot) for one in Edited(content).graph.operators for slot in one.outputs}
    found: dict[int, Float] = {}
    for sample in samples:
        interpreter.set_tensor(source, sample)
        interpreter.invoke()
        for slot in written:
            values = np.abs(interpreter.get_tensor(slot))
            largest = values.reshape(-1, values.shape[-1]).max(axis=0)
            found[slot] = np.maximum(found.get(slot, np.float32(0)), largest)
    return found


def equalised(content: bytes, samples: Sequence[Float], strength: float) -> bytes:
    """Return a float graph that computes what `content` does, with channels of like range on `samples`."""
    if not strength:
        return content
    edited = Edited(content)
    equalise(edited, ranges(content, samples), strength)
    ends = [
        {edited.graph.tensors[int(slot)].name.decode(): int(slot) for slot in slots}
        for slots in (edited.graph.inputs, edited.graph.outputs)
    ]
    return edited.finish(*ends)


def equalise(edited: Edited, seen: dict[int, Float], strength: float = 1.0) -> None:
    """Rescale the channels of `edited` by the ranges `seen`; 0 leaves all as it was, 1 makes ranges equal."""
    groups = _Groups(edited, seen)
    factors = {slot: groups.factors(slot, strength) for slot in seen}
    ends = {int(slot) for slot in edited.graph.inputs}
    for operator in edited.graph.operators:
        if edited.name_of(operator) not in _CONVOLUTIONS:
            continue
        source, target = int(operator.inputs[0]), int(operator.outputs[0])
        weights, bias = (edited.values(int(slot)).astype(np.float32) for slot in operator.inputs[1:])
        into = np.float32(1) if source in ends else factors[source]
        out = factors[target]
        # The last axis of a weight is what is read; a depthwise one is what is made, too.
        if edited.name_of(operator) == "DEPTHWISE_CONV_2D":
            weights = weights * into / out
        else:
            weights = weights * into / out.reshape(-1, *(1 for _ in weights.shape[1:]))
        operator.inputs = [
            source,
            edited.tensor("w", weights.shape, weights),
            edited.tensor("b", bias.shape, bias / out),
        ]


class _Groups:
    """Which channels share a factor: a forest of (tensor, channel), whose roots hold the largest range."""

    def __init__(self, edited: Edited, seen: dict[int, Float]) -> None:
        self._seen = seen
        self._first: dict[int, int] = {}
        count = 0
        for slot, largest in seen.items():
            self._first[slot] = count
            count += largest.size
        self._parent = np.arange(count)
        fixed = {int(slot) for slot in edited.graph.outputs}
        for operator in edited.graph.operators:
            name, target = edited.name_of(operator), int(operator.outputs[0])
            options = operator.builtinOptions
            bent = getattr(options, "fusedActivationFunction", 0) if options is not None else 0
            if bent == schema.ActivationFunctionType.RELU6:
                fixed.add(target)
            if name == "LOGISTIC":
                fixed |= {target, int(operator.inputs[0])}
            elif name not in _CONVOLUTIONS:
                self._join(operator, target)
        self._roots = np.array([self._root(node) for node in range(count)], np.int64)
        self._range = np.zeros(count, np.float32)
        everything = np.concatenate(list(seen.values()))
        np.maximum.at(self._range, self._roots, everything)
        self._fixed = np.zeros(count, bool)
        for slot in fixed:
            self._fixed[self._roots[self._nodes(slot)]] = True

    def factors(self, slot: int, strength: float) -> Float:
        """Return by what each channel of a tensor is divided."""
        roots = self._roots[self._nodes(slot)]
        largest = self._range[roots]
        wanted = np.maximum(largest, _LEAST) ** np.float32(strength)
        return np.where(self._fixed[roots], np.float32(1), wanted).astype(np.float32)

    def _nodes(self, slot: int) -> NDArray[np.int64]:
        return np.arange(self._first[slot], self._first[slot] + self._seen[slot].size)

    def _join(self, operator: Any, target: int) -> None:
        start = 0
        made = self._nodes(target)
        for slot in (int(slot) for slot in operator.inputs):
            if slot not in self._first:
                continue
            read = self._nodes(slot)
            # The parts of a join lie behind one another; in all else channel goes to channel.
            for one, other in zip(read, made[start : start + read.size], strict=True):
                self._parent[self._root(int(one))] = self._root(int(other))
            start += read.size if read.size < made.size else 0

    def _root(self, node: int) -> int:
        while self._parent[node] != node:
            self._parent[node] = self._parent[self._parent[node]]
            node = int(self._parent[node])
        return node
