# SPDX-License-Identifier: Apache-2.0
"""Writes a float .tflite graph as ONNX, channels first, with samples beside it: what the RKNN compiler starts from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import onnx as _onnx
from numpy.typing import NDArray
from onnx import helper as _helper

from phosphene.errors import PhospheneError
from phosphene_tools.models.layers import channels_first, first
from recipes.seeing.graph import Edited, schema

onnx, helper = cast("Any", _onnx), cast("Any", _helper)
# The newest that the compiler's own documentation promises, and the format of its day.
OPSET, FORMAT = 13, 8
_SAME: Final = schema.Padding.SAME


def write_onnx(
    content: bytes,
    samples: Sequence[NDArray[np.float32]],
    judged: Sequence[NDArray[np.float32]],
    folder: Path,
    name: str,
) -> Path:
    """Write `name`.onnx into `folder`, and the lists of samples that `phosphene models rknn --work` reads."""
    writer = _Writer(Edited(content))
    path = folder / f"{name}.onnx"
    onnx.save(writer.model(), str(path))
    store = folder / f"{name}.samples"
    store.mkdir(exist_ok=True)
    for kind, views in (("samples", samples[:60]), ("judged", judged[:10])):
        files = [store / f"{kind}-{place}.npy" for place in range(len(views))]
        for file, values in zip(files, views, strict=True):
            np.save(file, np.ascontiguousarray(channels_first(values)))
        lines = "".join(f"{file.relative_to(folder)}\n" for file in files)
        (folder / f"{name}.{kind}.txt").write_text(lines, "utf-8")
    return path


class _Writer:
    """Turns operators into nodes one by one."""

    def __init__(self, edited: Edited) -> None:
        self.edited = edited
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def model(self) -> Any:
        for operator in self.edited.graph.operators:
            kind = self.edited.name_of(operator)
            if kind not in _KINDS:
                raise PhospheneError(f"no ONNX is known for {kind}", cure="add it to recipes.seeing.onnx_file")
            _KINDS[kind](self, operator)
        graph = self.edited.graph
        ends = [
            [helper.make_tensor_value_info(self.name(slot), onnx.TensorProto.FLOAT, self.first(slot)) for slot in slots]
            for slots in (graph.inputs, graph.outputs)
        ]
        built = helper.make_model(
            helper.make_graph(self.nodes, "graph", *ends, self.constants),
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=FORMAT,
        )
        onnx.checker.check_model(built, full_check=True)
        return built

    def name(self, slot: int) -> str:
        return self.edited.graph.tensors[slot].name.decode()

    def first(self, slot: int) -> list[int]:
        return list(first(self.edited.shape(slot)))

    def constant(self, values: NDArray[Any]) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(onnx.numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], operator: Any, **attributes: Any) -> None:
        """Add a node that writes the operator's output, and the operator's fused activation after it."""
        output = self.name(operator.outputs[0])
        fused = getattr(operator.builtinOptions, "fusedActivationFunction", 0) if operator.builtinOptions else 0
        made = f"{output}_sum" if fused else output
        self.nodes.append(helper.make_node(kind, list(inputs), [made], **attributes))
        if fused == schema.ActivationFunctionType.RELU:
            self.nodes.append(helper.make_node("Relu", [made], [output]))
        elif fused == schema.ActivationFunctionType.RELU6:
            ends = [self.constant(np.array(end, np.float32)) for end in (0, 6)]
            self.nodes.append(helper.make_node("Clip", [made, *ends], [output]))


def _pads(writer: _Writer, operator: Any, reach: tuple[int, int]) -> list[int]:
    options = operator.builtinOptions
    if options.padding != _SAME:
        return [0, 0, 0, 0]
    before, after = (writer.edited.shape(slot) for slot in (operator.inputs[0], operator.outputs[0]))
    spare = [
        max((after[axis + 1] - 1) * stride + reach[axis] - before[axis + 1], 0)
        for axis, stride in enumerate((options.strideH, options.strideW))
    ]
    return [spare[0] // 2, spare[1] // 2, spare[0] - spare[0] // 2, spare[1] - spare[1] // 2]


def _convolution(writer: _Writer, operator: Any) -> None:
    weights, bias = (writer.edited.values(int(slot)) for slot in operator.inputs[1:])
    deep = writer.edited.name_of(operator) == "DEPTHWISE_CONV_2D"
    options = operator.builtinOptions
    writer.add(
        "Conv",
        [
            writer.name(operator.inputs[0]),
            writer.constant(weights.transpose((3, 0, 1, 2) if deep else (0, 3, 1, 2))),
            writer.constant(bias),
        ],
        operator,
        kernel_shape=list(weights.shape[1:3]),
        strides=[options.strideH, options.strideW],
        pads=_pads(writer, operator, weights.shape[1:3]),
        group=weights.shape[3] if deep else 1,
    )


def _full(writer: _Writer, operator: Any) -> None:
    # A row is a picture of one point here: a change of shape would be the CPU's to do.
    weights, bias = (writer.edited.values(int(slot)) for slot in operator.inputs[1:])
    names = [writer.name(operator.inputs[0]), writer.constant(weights[:, :, None, None]), writer.constant(bias)]
    writer.add("Conv", names, operator, kernel_shape=[1, 1])


def _pool(writer: _Writer, operator: Any) -> None:
    options = operator.builtinOptions
    reach = (options.filterHeight, options.filterWidth)
    writer.add(
        "MaxPool",
        [writer.name(operator.inputs[0])],
        operator,
        kernel_shape=list(reach),
        strides=[options.strideH, options.strideW],
        pads=_pads(writer, operator, reach),
    )


def _mean(writer: _Writer, operator: Any) -> None:
    writer.add("GlobalAveragePool", [writer.name(operator.inputs[0])], operator)


def _resize(writer: _Writer, operator: Any) -> None:
    before, after = (writer.edited.shape(slot) for slot in (operator.inputs[0], operator.outputs[0]))
    scales = writer.constant(np.array([1, 1, after[1] / before[1], after[2] / before[2]], np.float32))
    # Half-pixel centres are off in all of these graphs: a point lies where its index says.
    writer.add(
        "Resize",
        [writer.name(operator.inputs[0]), "", scales],
        operator,
        mode="linear",
        coordinate_transformation_mode="asymmetric",
    )


def _same(kind: str, **attributes: Any) -> Callable[[_Writer, Any], None]:
    def make(writer: _Writer, operator: Any) -> None:
        writer.add(kind, [writer.name(slot) for slot in operator.inputs], operator, **attributes)

    return make


_KINDS: dict[str, Callable[[_Writer, Any], None]] = {
    "ADD": _same("Add"),
    "CONCATENATION": _same("Concat", axis=1),
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _convolution,
    "FULLY_CONNECTED": _full,
    "LOGISTIC": _same("Sigmoid"),
    "MAX_POOL_2D": _pool,
    "MEAN": _mean,
    "RELU": _same("Relu"),
    "RESIZE_BILINEAR": _resize,
}
