# SPDX-License-Identifier: Apache-2.0
"""Checks that a graph is integer throughout: int8 in and out, no float tensor, fixed shapes, one subgraph."""

from __future__ import annotations

from phosphene_tools.models.graph import GraphFile

_FLOATS = frozenset({"float16", "bfloat16", "float32", "float64"})


def problems(graph: GraphFile) -> list[str]:
    """Return what keeps `graph` from being a static int8 graph, as sentences; none is well."""
    found: list[str] = []
    for kind, ends in (("input", graph.inputs), ("output", graph.outputs)):
        found += [f"{kind} {tensor.name} is {tensor.dtype}, not int8" for tensor in ends if tensor.dtype != "int8"]
    floats = [tensor for tensor in graph.tensors if tensor.dtype in _FLOATS]
    if floats:
        found.append(f"{len(floats)} float tensors, the first {floats[0].name} {list(floats[0].shape)}")
    varying = [tensor for tensor in graph.tensors if not tensor.static]
    if varying:
        found.append(f"{len(varying)} tensors of varying shape, the first {varying[0].name} {list(varying[0].shape)}")
    if graph.subgraphs != 1:
        found.append(f"{graph.subgraphs} subgraphs: control flow does not go onto an accelerator")
    broken = [tensor.name for tensor in graph.tensors if any(not 0 < scale < float("inf") for scale in tensor.scales)]
    if broken:
        found.append(f"the scales of {broken[0]} are not positive: it is zero throughout")
    return found
