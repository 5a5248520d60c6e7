# SPDX-License-Identifier: Apache-2.0
"""From a rewritten float graph to an int8 one: calibrated, checked, held against the float graph, and written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import load_graph
from phosphene.errors import PhospheneError
from phosphene_tools.models.graph import read_graph
from phosphene_tools.models.integer import problems
from recipes.seeing.equalising import equalised
from recipes.seeing.networks import Network, float_graph
from recipes.seeing.onnx_file import write_onnx
from recipes.workshop.conversion import Merge, quantise
from recipes.workshop.export import ExportReport, snr_db

Pixels = NDArray[np.uint8]


def export(
    network: Network,
    views: Sequence[Pixels],
    out: Path,
    work: Path,
    *,
    strength: float = 0.5,
    merge: Merge | None = None,
) -> ExportReport:
    """Write `network` as int8 to `out`, calibrated on four fifths of `views` and compared on the others.

    `strength` is how far channels are made alike (`recipes.seeing.equalising`), `merge` how ranges are taken from
    samples: by default the largest of all.

    Into `work` go the float graph, and for the RKNN compiler the same as ONNX with samples beside it. Raises
    PhospheneError, and leaves no file at `out`, when the graph is not integer throughout.
    """
    inputs = [_real(network, view) for view in views]
    content = float_graph(network)
    content = equalised(content, inputs[1::5], strength)
    work.mkdir(parents=True, exist_ok=True)
    exact = work / f"{out.stem}.float.tflite"
    exact.write_bytes(content)
    fitting = [(values,) for place, values in enumerate(inputs) if place % 5]
    judging = inputs[::5]
    scratch = out.with_name(out.name + ".part")
    scratch.write_bytes(quantise(content, fitting, [(network.low, network.high)], merge=merge))
    try:
        if found := problems(read_graph(scratch)):
            raise PhospheneError(f"not a graph for an accelerator: {'; '.join(found)}", place=str(out))
        snr = _compare(exact, scratch, judging)
        scratch.replace(out)
    finally:
        scratch.unlink(missing_ok=True)
    write_onnx(content, [values for (values,) in fitting], judging, work, out.stem)
    loaded, graph = load_graph(out), read_graph(out)
    names = tuple(operator.name for operator in graph.operators)
    size = out.stat().st_size
    return ExportReport(out, graph.sha256, size, loaded.inputs, loaded.outputs, names, snr, (np.inf,), exact)


def _real(network: Network, view: Pixels) -> NDArray[np.float32]:
    levels = np.linspace(network.low, network.high, 256, dtype=np.float32)
    return levels[view][None]


def _compare(exact: Path, quantised: Path, judging: Sequence[NDArray[np.float32]]) -> tuple[float, ...]:
    wanted, got = load_graph(exact, allow_float=True), load_graph(quantised)
    right: list[list[NDArray[np.float32]]] = [[] for _ in wanted.outputs]
    near: list[list[NDArray[np.float32]]] = [[] for _ in wanted.outputs]
    for values in judging:
        real = wanted.run(values)
        integers = got.run(got.inputs[0].quantise(values))
        for place, (spec, output) in enumerate(zip(got.outputs, integers, strict=True)):
            right[place].append(real[place])
            near[place].append(spec.dequantise(output))
    return tuple(snr_db(np.stack(one), np.stack(other)) for one, other in zip(right, near, strict=True))
