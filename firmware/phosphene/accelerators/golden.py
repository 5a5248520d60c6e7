# SPDX-License-Identifier: Apache-2.0
"""Golden results: what a graph's reference kernels gave where it was published, to hold any back-end against.

`golden.toml` beside the graphs has seeds and the hashes of the outputs that LiteRT's reference kernels give on them.
The inputs are made again from the seeds, and the outputs by the reference kernels of the machine that is looked at:
the hash says whether those still are the published ones, and the back-end is held against them with a tolerance, since
kernels of different make differ by a step of int8 here and there. In a deep graph the steps add up; so where LiteRT's
own fast kernels differ from its reference kernels by more than the usual tolerance, that of the output is theirs with
a margin.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators.cpu import load_graph
from phosphene.accelerators.errors import ModelError
from phosphene.accelerators.model_file import read_model
from phosphene.accelerators.protocol import Graph
from phosphene.accelerators.tensor import TensorSpec

GOLDEN = "golden.toml"
# The usual tolerance: the largest difference on average, in steps of int8, and the least ratio of signal to difference.
MEAN_STEPS, LEAST_DB = 1.0, 30.0
# Beyond what the CPU's own kernels differ by.
_MARGIN, _MARGIN_DB = 2.0, 6.0
# Two outputs that are equal have no finite ratio.
_EQUAL_DB = 150.0


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What an output of a graph may differ by, over all seeds: steps on average, and decibels at the least."""

    mean_steps: float = MEAN_STEPS
    snr_db: float = LEAST_DB


@dataclass(frozen=True, slots=True)
class Golden:
    """One graph's golden results: its own SHA-256, per seed that of its outputs, per output what it may differ by."""

    sha256: str
    outputs: dict[int, str]
    tolerances: tuple[Tolerance, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One output held against the reference kernels, over all seeds: steps of int8, and decibels."""

    output: str
    mean_steps: float
    most_steps: int
    snr_db: float
    tolerance: Tolerance

    @property
    def well(self) -> bool:
        """Whether it keeps within the tolerance."""
        return self.mean_steps <= self.tolerance.mean_steps and self.snr_db >= self.tolerance.snr_db


@dataclass(frozen=True, slots=True)
class Comparison:
    """A back-end held against the reference kernels.

    `reference`: whether the reference kernels here give the published outputs. `runs_on`: where the operators ran,
    counted by processor.
    """

    graph: str
    accelerator: str
    runs_on: dict[str, int]
    differences: tuple[Difference, ...]
    reference: bool

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, as sentences; none is well."""
        found: list[str] = []
        if not self.reference:
            found.append("the reference kernels give other outputs here than where the graph was published")
        found += [
            f"on {self.accelerator} output {one.output} is {one.mean_steps:.2f} steps off on average, "
            f"{one.snr_db:.1f} dB; allowed are {one.tolerance.mean_steps:.2f} and {one.tolerance.snr_db:.1f}"
            for one in self.differences
            if not one.well
        ]
        return tuple(found)


def golden_inputs(specs: Sequence[TensorSpec], seed: int) -> tuple[NDArray[np.int8], ...]:
    """Return int8 inputs that depend on `seed`, the inputs' order and shapes, and nothing else, on any machine."""
    return tuple(
        np.frombuffer(
            hashlib.shake_256(f"phosphene {seed} {place}".encode()).digest(int(np.prod(spec.shape))), np.int8
        ).reshape(spec.shape)
        for place, spec in enumerate(specs)
    )


def make_golden(path: Path, seeds: Sequence[int]) -> Golden:
    """Return the golden results of the graph at `path`; raises ModelError."""
    reference, fast = load_graph(path, kernels="reference"), load_graph(path)
    usual = tuple(Tolerance() for _ in reference.outputs)
    digests, differences = _differ(fast, reference, seeds, usual)
    tolerances = tuple(
        Tolerance(max(MEAN_STEPS, round(_MARGIN * one.mean_steps, 2)), min(LEAST_DB, round(one.snr_db - _MARGIN_DB, 1)))
        for one in differences
    )
    return Golden(read_model(path).sha256, digests, tolerances)


def read_golden(path: Path) -> Golden:
    """Return the golden results of the graph at `path`; raises ModelError when there are none, or of other weights."""
    file = path.parent / GOLDEN
    cure = f"phosphene models golden {path.parent.name} --write"
    try:
        content: Any = tomllib.loads(file.read_text("utf-8"))
        entry = cast("dict[str, Any]", content["graphs"][path.name])
        limits = zip(entry["mean_steps"], entry["snr_db"], strict=True)
        golden = Golden(
            str(entry["sha256"]),
            {int(seed): str(digest) for seed, digest in entry["outputs"].items()},
            tuple(Tolerance(float(steps), float(decibels)) for steps, decibels in limits),
        )
    except FileNotFoundError as error:
        raise ModelError("the model has no golden results", place=str(file), cure=cure) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"there are no golden results of {path.name}: {error}", place=str(file), cure=cure) from error
    if golden.sha256 != read_model(path).sha256 or not golden.outputs:
        raise ModelError(f"the golden results are not of this {path.name}", place=str(file), cure=cure)
    return golden


def compare(graph: Graph, path: Path, golden: Golden) -> Comparison:
    """Hold `graph`, the one at `path` on any back-end, against its golden results.

    Raises what running raises.
    """
    reference = load_graph(path, kernels="reference")
    digests, differences = _differ(graph, reference, tuple(golden.outputs), golden.tolerances)
    described = graph.describe()
    places = [operator.runs_on for operator in described.operators]
    runs_on = {place: places.count(place) for place in sorted(set(places))}
    return Comparison(path.name, described.accelerator, runs_on, differences, digests == golden.outputs)


def _differ(
    graph: Graph, reference: Graph, seeds: Sequence[int], tolerances: Sequence[Tolerance]
) -> tuple[dict[int, str], tuple[Difference, ...]]:
    """Return the digests of the reference's outputs by seed, and how `graph` differs, output by output."""
    digests: dict[int, str] = {}
    wanted: list[list[NDArray[Any]]] = [[] for _ in reference.outputs]
    got: list[list[NDArray[Any]]] = [[] for _ in reference.outputs]
    for seed in seeds:
        arrays = golden_inputs(reference.inputs, seed)
        results = reference.run(*arrays)
        digests[seed] = _digest(results)
        for place, (right, near) in enumerate(zip(results, graph.run(*arrays), strict=True)):
            wanted[place].append(right)
            got[place].append(near)
    differences: list[Difference] = []
    for place, (spec, tolerance) in enumerate(zip(reference.outputs, tolerances, strict=True)):
        right, near = np.stack(wanted[place]), np.stack(got[place])
        steps = np.abs(right.astype(np.int32) - near)
        decibels = snr_db(spec.dequantise(right), spec.dequantise(near))
        differences.append(Difference(spec.name, float(steps.mean()), int(steps.max()), decibels, tolerance))
    return digests, tuple(differences)


def snr_db(wanted: NDArray[Any], got: NDArray[Any]) -> float:
    """Return the ratio of the power of `wanted` to that of the difference, in decibels, at the most 150."""
    signal = float(np.square(wanted, dtype=np.float64).sum())
    noise = float(np.square(wanted.astype(np.float64) - got).sum())
    if noise == 0:
        return _EQUAL_DB
    return min(_EQUAL_DB, 10 * float(np.log10(max(signal, 1e-30) / noise)))


def _digest(outputs: Sequence[NDArray[Any]]) -> str:
    digest = hashlib.sha256()
    for output in outputs:
        digest.update(output.tobytes())
    return digest.hexdigest()
