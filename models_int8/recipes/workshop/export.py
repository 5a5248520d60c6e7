# SPDX-License-Identifier: Apache-2.0
"""From a trained module to an int8 graph: converted, calibrated, checked, and held against the module in decibels."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from phosphene.accelerators import TensorSpec, load_graph
from phosphene.errors import PhospheneError
from phosphene_tools.models.graph import GraphFile, read_graph
from phosphene_tools.models.integer import problems
from recipes.workshop.conversion import Range, convert, quantise
from recipes.workshop.spread import spread_by_convolution
from recipes.workshop.weights import made_contiguous, refuse_dead_rows

Batch = tuple[Tensor, ...]

# Converters write these where a tensor's layout or its pieces are moved about; each is time on an accelerator, and
# the first of them ends an Edge TPU's share of the graph.
MOVES = frozenset({"TRANSPOSE", "GATHER", "GATHER_ND", "TILE", "BROADCAST_TO"})


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What came of an export. `snr_db` holds, per output, int8 against the float module on held-out samples;
    `float_snr_db` the same for the converted float graph, which the conversion alone can spoil.
    """

    graph: Path
    sha256: str
    size: int
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    operators: tuple[str, ...]
    snr_db: tuple[float, ...]
    float_snr_db: tuple[float, ...]
    float_graph: Path | None


def to_int8(
    module: nn.Module,
    example_inputs: Batch,
    calibration: Iterable[Batch],
    out: Path,
    *,
    held_out: Iterable[Batch] | None = None,
    floor_db: float = 28.0,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    input_ranges: Sequence[Range | None] | None = None,
    output_ranges: Sequence[Range | None] | None = None,
    allow: Iterable[str] = (),
    keep_float: bool = False,
) -> ExportReport:
    """Write `module` as a static int8 graph to `out`, and return what it is and how near it comes.

    The module and all samples are as torch has them, N×C×H×W; every input and output of four dimensions is N×H×W×C
    in the graph. Samples have the shapes of `example_inputs`. A range fixes the scale of an input or output, such as
    (0, 1) for pixels, instead of the one that calibration saw. Calibration takes minimum and maximum; without
    `held_out`, every fifth sample is kept out of it for the comparison. `keep_float` also writes the float32 graph,
    as `out` with the ending .float.tflite: for comparison, not for publication.

    Raises PhospheneError, and leaves no file at `out`, when a tensor stays float, a shape varies, a row of weights is
    all zero, an operator of `MOVES` appears that is not in `allow`, or an output is below `floor_db`.
    """
    trained = made_contiguous(copy.deepcopy(module).eval())
    refuse_dead_rows(trained)
    fitting, judging = _split(calibration, held_out)
    float_graph = convert(trained, example_inputs, input_names, output_names)
    samples = [tuple(_to_nhwc(tensor) for tensor in batch) for batch in fitting]
    content = spread_by_convolution(quantise(float_graph, samples, input_ranges, output_ranges))

    out.parent.mkdir(parents=True, exist_ok=True)
    scratch, float_path = out.with_name(out.name + ".part"), out.with_suffix(".float.tflite")
    scratch.write_bytes(content)
    float_path.write_bytes(float_graph)
    try:
        graph = read_graph(scratch)
        _refuse(graph, frozenset(allow), out)
        float_snr = _compare(trained, float_path, judging)
        snr = _compare(trained, scratch, judging)
        if min(float_snr) < 60.0:
            raise PhospheneError(
                f"the converted graph does not compute what the module does: {_db(float_snr)} in float",
                place=str(out),
                cure="look for an operator that the converter misreads; weights must be contiguous",
            )
        if min(snr) < floor_db:
            raise PhospheneError(
                f"int8 comes only within {_db(snr)} of the float module; {floor_db:g} dB is asked for",
                place=str(out),
                cure="calibrate on more telling samples, clip what is rarely large, or lower the floor knowingly",
            )
        loaded = load_graph(scratch)
        scratch.replace(out)
    finally:
        scratch.unlink(missing_ok=True)
        if not keep_float:
            float_path.unlink(missing_ok=True)
    return ExportReport(
        out,
        graph.sha256,
        graph.size,
        loaded.inputs,
        loaded.outputs,
        tuple(operator.name for operator in graph.operators),
        snr,
        float_snr,
        float_path if keep_float else None,
    )


def snr_db(reference: NDArray[Any], approximation: NDArray[Any]) -> float:
    """Return the signal-to-noise ratio in decibels: the power of `reference` over that of the difference."""
    wanted = np.asarray(reference, dtype=np.float64)
    noise = float(np.square(wanted - approximation).sum())
    if noise == 0.0:
        return math.inf
    signal = float(np.square(wanted).sum())
    return 10 * math.log10(signal / noise) if signal else -math.inf


def _split(calibration: Iterable[Batch], held_out: Iterable[Batch] | None) -> tuple[list[Batch], list[Batch]]:
    samples = list(calibration)
    judging = samples[::5] if held_out is None else list(held_out)
    fitting = [sample for place, sample in enumerate(samples) if place % 5] if held_out is None else samples
    if not fitting or not judging:
        raise PhospheneError(
            f"{len(samples)} samples are too few to calibrate and to compare", cure="hand over two, better a hundred"
        )
    return fitting, judging


def _refuse(graph: GraphFile, allow: frozenset[str], out: Path) -> None:
    found = problems(graph)
    moves = sorted({operator.name for operator in graph.operators} & MOVES - allow)
    found += [f"operator {name} moves data about" for name in moves]
    if any(
        operator.name == "CONCATENATION" and set(operator.inputs) & set(graph.inputs) for operator in graph.operators
    ):
        found.append("inputs of the graph are concatenated: convolve each by itself and add")
    if found:
        raise PhospheneError(
            f"not a graph for an accelerator: {'; '.join(found)}",
            place=str(out),
            cure="the operators are " + " ".join(operator.name for operator in graph.operators),
        )


@torch.no_grad()
def _compare(module: nn.Module, path: Path, samples: Sequence[Batch]) -> tuple[float, ...]:
    graph = load_graph(path, allow_float=True)
    wanted: list[list[NDArray[Any]]] = []
    got: list[list[NDArray[Any]]] = []
    for batch in samples:
        result = module(*batch)
        outputs = result if isinstance(result, (tuple, list)) else (result,)
        wanted.append([_to_nhwc(output) for output in outputs])
        arrays = [spec.quantise(_to_nhwc(tensor)) for spec, tensor in zip(graph.inputs, batch, strict=True)]
        got.append([spec.dequantise(array) for spec, array in zip(graph.outputs, graph.run(*arrays), strict=True)])
    return tuple(
        snr_db(np.stack([row[place] for row in wanted]), np.stack([row[place] for row in got]))
        for place in range(len(graph.outputs))
    )


def _to_nhwc(tensor: Tensor) -> NDArray[np.float32]:
    moved = tensor.permute(0, 2, 3, 1) if tensor.ndim == 4 else tensor
    return np.ascontiguousarray(moved.detach().numpy(), dtype=np.float32)


def _db(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.1f} dB" for value in values)
