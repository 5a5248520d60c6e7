# SPDX-License-Identifier: Apache-2.0
"""Finds out where the operators of a loaded graph run, from what the LiteRT interpreter tells of its nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from phosphene.accelerators.protocol import Operator

# A node that stands for what a delegate took; the last two are libedgetpu's, for a graph that its compiler wrote.
_DELEGATES = frozenset({"DELEGATE", "edgetpu-custom-op", "EdgeTpuDelegateForCustomOp"})


def locate(nodes: Sequence[Mapping[str, Any]], chip: str) -> tuple[Operator, ...]:
    """Return each operator with the processor that it runs on: `chip` for what a delegate took, else ``cpu``.

    `nodes` are the interpreter's: the operators of the file, and after them one node for each piece that a delegate
    took. The interpreter keeps the operators of such a piece in its list, so the piece is found again by walking from
    the outputs of its node back to its inputs.
    """
    taken: set[int] = set()
    makers = {int(slot): node for node in nodes if node["op_name"] not in _DELEGATES for slot in node["outputs"]}
    for node in nodes:
        if node["op_name"] in _DELEGATES:
            taken |= _between(makers, _slots(node["outputs"]), set(_slots(node["inputs"])))
    return tuple(
        Operator(
            int(node["index"]),
            str(node["op_name"]),
            chip if int(node["index"]) in taken or node["op_name"] in _DELEGATES else "cpu",
        )
        for node in nodes
        if node["op_name"] != "DELEGATE"
    )


def _between(makers: Mapping[int, Mapping[str, Any]], ends: Iterable[int], starts: set[int]) -> set[int]:
    found: set[int] = set()
    # An end may be the start of another operator of the same piece, so only tensors beyond the ends stop the walk.
    waiting = list(ends)
    first = set(waiting)
    while waiting:
        slot = waiting.pop()
        node = makers.get(slot)
        if node is None or (slot in starts and slot not in first) or int(node["index"]) in found:
            continue
        found.add(int(node["index"]))
        waiting += _slots(node["inputs"])
    return found


def _slots(slots: Iterable[Any]) -> list[int]:
    return [int(slot) for slot in slots if int(slot) >= 0]
