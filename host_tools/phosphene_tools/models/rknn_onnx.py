# SPDX-License-Identifier: Apache-2.0
"""Writes a graph's layers as ONNX. Run by the Python of the toolkit's environment, so it imports nothing of ours.

    python rknn_onnx.py GRAPH.npz GRAPH.onnx

GRAPH.npz is what `rknn_source` wrote: the layers as JSON under "layers", and each layer's weights by its number.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

# The newest that the compiler's own documentation promises, and the format of its day.
OPSET, FORMAT = 13, 8


def main(source: str, out: str) -> None:
    """Read, build, check, write."""
    onnx: Any = importlib.import_module("onnx")
    with np.load(source) as arrays:
        graph = json.loads(str(arrays["layers"]))
        weights = {name: arrays[name] for name in arrays.files if name != "layers"}
    nodes: list[Any] = []
    for place, layer in enumerate(graph["steps"]):
        nodes += _nodes(onnx.helper, place, layer, weights)
    kind = onnx.TensorProto.FLOAT
    ends = [
        [onnx.helper.make_tensor_value_info(name, kind, shape) for name, shape in graph[end].items()]
        for end in ("inputs", "outputs")
    ]
    parameters = [onnx.numpy_helper.from_array(array, name) for name, array in weights.items()]
    model = onnx.helper.make_model(
        onnx.helper.make_graph(nodes, "graph", *ends, parameters),
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=FORMAT,
    )
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, out)


def _nodes(helper: Any, place: int, layer: Mapping[str, Any], weights: Mapping[str, Any]) -> list[Any]:
    made = f"{layer['output']}_sum" if layer["relu"] and layer["kind"] != "relu" else layer["output"]
    parameters = [name for name in (f"{place}.weights", f"{place}.bias") if name in weights]
    inputs = [*layer["inputs"], *parameters]
    if layer["kind"] == "add":
        node = helper.make_node("Add", inputs, [made])
    elif layer["kind"] == "relu":
        node = helper.make_node("Relu", inputs, [made])
    else:
        spread = layer["kind"] == "spread"
        node = helper.make_node(
            "ConvTranspose" if spread else "Conv",
            inputs,
            [made],
            kernel_shape=weights[f"{place}.weights"].shape[2:],
            strides=layer["strides"],
            dilations=layer["dilations"],
            pads=layer["pads"],
        )
    if made == layer["output"]:
        return [node]
    return [node, helper.make_node("Relu", [made], [layer["output"]])]


if __name__ == "__main__":
    main(*sys.argv[1:])
