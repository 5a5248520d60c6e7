# SPDX-License-Identifier: Apache-2.0
"""Float32 twins of the painter's graphs behind the int8 graphs' interface, to compare pictures and times with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from phosphene.accelerators import Description, Graph, TensorSpec, load_graph
from phosphene_tools.models.float_twin import load_twin

Array = NDArray[Any]


class TwinGraph:
    """A float32 twin behind the int8 graph's interface: integers in and out, real numbers between."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        int8 = load_graph(path, threads)
        self._inputs, self._outputs = int8.inputs, int8.outputs
        self.float_graph = load_twin(path, threads)

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        return self._inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self._outputs

    def run(self, *arrays: Array) -> tuple[Array, ...]:
        real = [spec.dequantise(array) for spec, array in zip(self._inputs, arrays, strict=True)]
        results = self.float_graph.run(*real)
        return tuple(spec.quantise(result) for spec, result in zip(self._outputs, results, strict=True))

    def describe(self) -> Description:
        return self.float_graph.describe()


class InFloat:
    """An accelerator that runs the float32 twin of each graph on the CPU, for comparison."""

    name = "float32 on the cpu"

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads

    def load(self, path: Path) -> Graph:
        return TwinGraph(path, self._threads)
