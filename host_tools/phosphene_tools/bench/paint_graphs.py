# SPDX-License-Identifier: Apache-2.0
"""A painter whose graphs are timed while they are used, in turn with each other, as a device uses them."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from phosphene.accelerators import Accelerator, Cpu, Description, Graph, TensorSpec, load_graph
from phosphene.models import folder, model_file
from phosphene.painter.atlas import Atlas
from phosphene.painter.compose import Composer
from phosphene.painter.field import Field, Spectrum
from phosphene.painter.painter import Painter
from phosphene.painter.panel import Panel
from phosphene.painter.read import Reader
from phosphene.painter.render import Renderer
from phosphene_tools.models.graph import read_graph
from phosphene_tools.painter.float_twin import TwinGraph


@dataclass
class Clocked:
    """A graph that counts its runs and the time of what invokes it, its own checks and copies included."""

    graph: Graph
    path: Path
    runs: int = 0
    seconds: float = 0.0
    macs: int = field(init=False)

    def __post_init__(self) -> None:
        self.macs = read_graph(self.path).multiply_accumulates

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        return self.graph.inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self.graph.outputs

    @property
    def bytes_moved(self) -> int:
        """Bytes of one run's inputs and outputs: what would cross the bus to an accelerator and back."""
        return sum(math.prod(spec.shape) for spec in (*self.inputs, *self.outputs))

    @property
    def ms_per_run(self) -> float:
        """Milliseconds of one run, the mean; 0 where there was none."""
        return 1000 * self.seconds / self.runs if self.runs else 0.0

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        if isinstance(self.graph, TwinGraph):
            # What makes real numbers of integers, and integers again, is no part of a float32 graph.
            real = [spec.dequantise(array) for spec, array in zip(self.inputs, arrays, strict=True)]
            floats = self._timed(self.graph.float_graph, real)
            return tuple(spec.quantise(result) for spec, result in zip(self.outputs, floats, strict=True))
        return self._timed(self.graph, arrays)

    def _timed(self, graph: Graph, arrays: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], ...]:
        began = time.perf_counter()
        results = graph.run(*arrays)
        self.seconds += time.perf_counter() - began
        self.runs += 1
        return results

    def describe(self) -> Description:
        return self.graph.describe()

    def forget(self) -> None:
        """Start counting anew."""
        self.runs, self.seconds = 0, 0.0


@dataclass
class Workshop(Accelerator):
    """Loads graphs, or their float32 twins, on `threads` threads, and keeps them by file name, to be asked later."""

    threads: int = 1
    in_float: bool = False
    graphs: dict[str, Clocked] = field(default_factory=dict[str, Clocked])

    @property
    def name(self) -> str:
        return Cpu().name

    def load(self, path: Path) -> Clocked:
        graph = TwinGraph(path, self.threads) if self.in_float else load_graph(path, self.threads)
        return self.graphs.setdefault(path.name, Clocked(graph, path))

    def painter(self, panel: Panel) -> Painter:
        """Return a painter whose graphs are these."""
        usual = Reader.load()
        return Painter(
            panel,
            Composer(self.load(model_file("composer", "composer.tflite"))),
            Field(self.load(model_file("field", "field.tflite")), Spectrum.load(model_file("field", "spectrum.npz"))),
            Renderer(panel, folder=folder() / "renderer", accelerator=self),
            Reader(self.load(model_file("reader", "reader.tflite")), usual.limits),
            Atlas.load(),
        )

    def forget(self) -> None:
        """Start counting anew, in all graphs."""
        for graph in self.graphs.values():
            graph.forget()
