# SPDX-License-Identifier: Apache-2.0
"""Writes what the RKNN compiler starts from: the layers of a published graph, and what goes into it at work."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import load_graph
from phosphene_tools.models.layers import channels_first, read_layers

Run = tuple[NDArray[np.int8], ...]


# At most so many runs, and so many bytes of them, are calibrated on; about ten are kept for the comparison.
_MOST_RUNS, _MOST_BYTES, _JUDGED = 200, 6_000_000, 10


def write_source(graph: Path, runs: Sequence[Run], work: Path) -> None:
    """Write into `work` the graph's layers as NAME.npz, and what it ran on; `runs` holds int8 inputs in its own order.

    NAME.samples.txt lists the runs to calibrate on, NAME.judged.txt those to compare on, as `rknn_compiler` reads them.
    Raises ModelError when the graph can't be taken apart.
    """
    name = graph.stem
    layers = read_layers(graph)
    weights: dict[str, Any] = {}
    steps: list[Mapping[str, Any]] = []
    for place, layer in enumerate(layers.steps):
        for part in ("weights", "bias"):
            array = getattr(layer, part)
            if array is not None:
                weights[f"{place}.{part}"] = np.ascontiguousarray(array)
        # Not asdict: that copies the arrays.
        fields = {field.name: getattr(layer, field.name) for field in dataclasses.fields(layer)}
        steps.append({key: value for key, value in fields.items() if key not in {"weights", "bias"}})
    described = json.dumps({"inputs": layers.inputs, "outputs": layers.outputs, "steps": steps})
    work.mkdir(parents=True, exist_ok=True)
    np.savez(work / f"{name}.npz", layers=np.array(described), **weights)
    _write_samples(graph, runs, work)


def _write_samples(graph: Path, runs: Sequence[Run], work: Path) -> None:
    specs = load_graph(graph).inputs
    folder = work / f"{graph.stem}.samples"
    folder.mkdir(exist_ok=True)
    lines: list[str] = []
    for place, run in enumerate(_thinned(runs)):
        files = [folder / f"{place}-{spec.name}.npy" for spec in specs]
        for file, spec, array in zip(files, specs, run, strict=True):
            np.save(file, np.ascontiguousarray(channels_first(spec.dequantise(array)), np.float32))
        lines.append(" ".join(str(file.relative_to(work)) for file in files) + "\n")
    judged = lines[:: max(2, len(lines) // _JUDGED)]
    (work / f"{graph.stem}.judged.txt").write_text("".join(judged), "utf-8")
    fitting = "".join(line for line in lines if line not in judged)
    (work / f"{graph.stem}.samples.txt").write_text(fitting, "utf-8")


def _thinned(runs: Sequence[Run]) -> list[Run]:
    """Return runs from all over `runs`, as many as their size allows."""
    size = sum(array.nbytes for array in runs[0])
    count = min(len(runs), _MOST_RUNS, max(16, _MOST_BYTES // size))
    return [runs[place * len(runs) // count] for place in range(count)]
