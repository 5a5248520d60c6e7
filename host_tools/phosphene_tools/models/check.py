# SPDX-License-Identifier: Apache-2.0
"""What `phosphene models check` says of a graph: what keeps it from running as int8, and where it would run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from phosphene.accelerators import load_graph
from phosphene.accelerators.errors import ModelError
from phosphene.accelerators.golden import golden_inputs
from phosphene.accelerators.model_file import CARD, read_model
from phosphene_tools.models.card import read_card
from phosphene_tools.models.edgetpu import ON_CHIP_BYTES
from phosphene_tools.models.float_twin import twin_db
from phosphene_tools.models.golden import SEEDS
from phosphene_tools.models.graph import GraphFile, Tensor, read_graph
from phosphene_tools.models.integer import problems
from phosphene_tools.models.placement import PREDICTED, Placement, predictions
from phosphene_tools.models.rknn_file import read_rknn
from phosphene_tools.models.samples import read_samples


def check(path: Path, runs: Sequence[Sequence[NDArray[Any]]] = ()) -> dict[str, Any]:
    """Return everything about the graph at `path`, ready for printing; raises ModelError when it can't be read.

    `runs` are int8 inputs that it is held against its float twin on; without them, those beside the graph are taken,
    or, when there are none, inputs drawn from seeds.

    `problems` is empty for a graph that is fit to be published. Where an accelerator would run it is no problem but a
    prediction: `placement.<chip>`.
    """
    graph = read_graph(path)
    found = problems(graph) + _does_not_load(path)
    return {
        "graph": str(path),
        "sha256": graph.sha256,
        "on_card": read_model(path).checked,
        "bytes": graph.size,
        "weights_bytes": graph.weight_bytes,
        "activation_peak_bytes": graph.activation_peak,
        "fits_8mib": graph.weight_bytes + graph.activation_peak <= ON_CHIP_BYTES,
        "mmac": round(graph.multiply_accumulates / 1e6, 3),
        "moved_bytes": sum(tensor.nbytes for tensor in (*graph.inputs, *graph.outputs)),
        "inputs": [_end(tensor) for tensor in graph.inputs],
        "outputs": [_end(tensor) for tensor in graph.outputs],
        "operators": _counted(graph),
        "problems": found,
        "snr_db": _snr_db(path),
        "twin": None if found else _twin(path, runs),
        "placement": {placement.chip: _placement(placement) for placement in predictions(graph)} | _rknn(graph),
        "placement_is": PREDICTED,
    }


def _does_not_load(path: Path) -> list[str]:
    try:
        load_graph(path, allow_float=True)
    except ModelError as error:
        return [error.message]
    return []


def _twin(path: Path, runs: Sequence[Sequence[NDArray[Any]]]) -> dict[str, Any] | None:
    specs = load_graph(path).inputs
    real = runs or read_samples(path)
    chosen = real or [golden_inputs(specs, seed) for seed in SEEDS]
    try:
        decibels = twin_db(path, chosen)
    except ModelError as error:
        return {"snr_db": None, "why": error.message}
    return {"snr_db": round(decibels, 2), "runs": len(chosen), "inputs": "recorded" if real else "seeded"}


def _snr_db(path: Path) -> float | None:
    if not (path.parent / CARD).is_file():
        return None
    entry = read_card(path.parent).graphs.get(path.name)
    return entry.snr_db if entry else None


def _rknn(graph: GraphFile) -> dict[str, Any]:
    file = read_rknn(graph.path.parent)
    entry = file.graphs.get(graph.path.stem) if file else None
    if file is None or entry is None:
        return {}
    described = entry.model_dump(include={"npu_throughout", "cycles", "moved_kb", "weight_kb", "snr_db", "layers"})
    # A table of other weights says nothing of these.
    of_this = entry.made_of in {"", graph.sha256} and (graph.path.parent / entry.file).is_file()
    return {"rk3588": described | {"compiler": file.compiler, "of_this_graph": of_this}}


def _placement(placement: Placement) -> dict[str, Any]:
    off = placement.first_off
    return {
        "operators": len(placement.operators),
        "on_chip": placement.on_chip,
        "wholly": off is None,
        "first_off": None if off is None else {"index": off.index, "name": off.name, "why": off.why},
        "notes": list(placement.notes),
    }


def _end(tensor: Tensor) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "dtype": tensor.dtype,
        "shape": list(tensor.shape),
        "scale": tensor.scales[0] if tensor.scales else None,
        "zero_point": tensor.zero_points[0] if tensor.zero_points else None,
    }


def _counted(graph: GraphFile) -> dict[str, int]:
    counts: dict[str, int] = {}
    for operator in graph.operators:
        counts[operator.name] = counts.get(operator.name, 0) + 1
    return counts
