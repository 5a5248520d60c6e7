# SPDX-License-Identifier: Apache-2.0
"""A graph taken apart so that a back-end shows each of its layers by itself.

All operators of the graph lie side by side in one: each takes what the reference kernels gave its predecessors, so a
difference is its own and nobody else's. A back-end that runs a .tflite needs nothing else for it, and runs the kernels
that it always does; one whose graphs are compiled elsewhere takes no such graph, and shows its outputs only.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators.model_file import read_model
from phosphene.accelerators.protocol import Accelerator
from phosphene_tools.models.graph import GraphFile, Operator, read_graph

Int8 = NDArray[np.int8]
MOST_STEPS = 1
"""What a layer may differ by from the reference kernels on the same inputs, in steps of int8: kernels of different make
round a product that lies between two integers differently, and nothing else."""
_IDENTIFIER = b"TFL3"
_FIRST_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class LayerDifference:
    """One operator held against the reference kernels: the most steps of int8, and the share of values that differ."""

    operator: Operator
    most_steps: int
    share: float

    def __str__(self) -> str:
        """Return it as one line."""
        output = self.operator.outputs[0]
        return (
            f"layer {self.operator.index} {self.operator.name} {list(output.shape)}: up to {self.most_steps} steps "
            f"off, {self.share:.1%} of its values"
        )


def layer_differences(
    path: Path, accelerator: Accelerator, inputs: Sequence[Int8], scratch: Path
) -> tuple[LayerDifference, ...]:
    """Run each operator of the graph at `path` by itself on `accelerator`; return how far each is off, in their order.

    `inputs` are the graph's own, int8 in their shapes; what the layers in between take comes from the reference
    kernels. The graph of layers is written into the folder `scratch`. Raises ModelError for a damaged graph,
    AcceleratorError when the accelerator can't take it or fails.
    """
    graph = read_graph(path)
    apart = scratch / f"{path.stem}-layers.tflite"
    given = _write_apart(path, graph, apart)
    right = _activations(path, inputs)
    got = accelerator.load(apart).run(*(right[tensor] for tensor in given))
    found: list[LayerDifference] = []
    outputs = iter(got)
    for operator in graph.operators:
        steps = [np.abs(next(outputs).astype(np.int32) - right[tensor.index]) for tensor in operator.outputs]
        most = max(int(one.max()) for one in steps)
        share = sum(np.count_nonzero(one) for one in steps) / sum(one.size for one in steps)
        found.append(LayerDifference(operator, most, share))
    return tuple(found)


def _write_apart(path: Path, graph: GraphFile, apart: Path) -> tuple[int, ...]:
    """Write the graph of layers; return which tensor of `graph` each of its inputs stands for."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    content = read_model(path).content
    model = cast("Any", schema.ModelT.InitFromPackedBuf(content, 0))
    for buffer in model.buffers:
        if buffer.data is None and buffer.size:  # it lies behind the structure, which is about to change
            buffer.data = np.frombuffer(content, np.uint8, buffer.size, buffer.offset)
            buffer.offset = buffer.size = 0
    whole = model.subgraphs[0]
    made = [tensor.index for operator in graph.operators for tensor in operator.outputs]
    stands_for = [int(slot) for slot in whole.inputs]
    inputs = list(stands_for)
    twins: dict[int, int] = {}
    for operator in whole.operators:
        slots = [int(slot) for slot in operator.inputs]
        for slot in slots:
            if slot in made and slot not in twins:
                twin = copy.copy(whole.tensors[slot])
                twin.name = b"given " + twin.name
                twins[slot] = len(whole.tensors)
                whole.tensors.append(twin)
                stands_for.append(slot)
                inputs.append(twins[slot])
        operator.inputs = np.array([twins.get(slot, slot) for slot in slots], np.int32)
    whole.inputs, whole.outputs = np.array(inputs, np.int32), np.array(made, np.int32)
    model.signatureDefs = None  # they name the ends that it had
    builder = flatbuffers.Builder(_FIRST_BYTES)
    builder.Finish(model.Pack(builder), _IDENTIFIER)
    apart.write_bytes(bytes(builder.Output()))
    return tuple(stands_for)


def _activations(path: Path, inputs: Sequence[Int8]) -> dict[int, Int8]:
    """Run the graph on the reference kernels; return every tensor that is no constant, by its index."""
    from phosphene.accelerators.litert import litert

    module = litert()
    interpreter = module.Interpreter(
        model_content=read_model(path).content,
        experimental_op_resolver_type=module.OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    for detail, array in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(detail["index"], array)
    interpreter.invoke()
    graph = read_graph(path)
    wanted = {tensor.index for operator in graph.operators for tensor in operator.outputs}
    wanted |= {tensor.index for tensor in graph.inputs}
    return {index: interpreter.get_tensor(index) for index in wanted}
