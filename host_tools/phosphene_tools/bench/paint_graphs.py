# SPDX-License-Identifier: Apache-2.0
"""A painter whose graphs are timed while they are used, in turn with each other, as a device uses them."""

from __future__ import annotations

import time
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
    """A graph that counts its runs; where there is a float32 twin, that runs too, right after, on the same input."""

    graph: Graph
    path: Path
    twin: TwinGraph | None = None
    runs: int = 0
    seconds: float = 0.0
    twin_seconds: float = 0.0
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
        ends = (*self.inputs, *self.outputs)
        total = 0
        for spec in ends:
            size = 1
            for side in spec.shape:
                size *= side
            total += size
        return total

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        began = time.perf_counter()
        results = self.graph.run(*arrays)
        self.seconds += time.perf_counter() - began
        self.runs += 1
        if self.twin is not None:
            real = [spec.dequantise(array) for spec, array in zip(self.inputs, arrays, strict=True)]
            began = time.perf_counter()
            self.twin.float_graph.run(*real)
            self.twin_seconds += time.perf_counter() - began
        return results

    def describe(self) -> Description:
        return self.graph.describe()

    def forget(self) -> None:
        """Start counting anew."""
        self.runs, self.seconds, self.twin_seconds = 0, 0.0, 0.0


@dataclass
class Workshop(Accelerator):
    """Loads graphs on `threads` threads and keeps them, by file name, to be asked afterwards."""

    threads: int = 1
    twins: bool = False
    graphs: dict[str, Clocked] = field(default_factory=dict[str, Clocked])

    @property
    def name(self) -> str:
        return Cpu().name

    def load(self, path: Path) -> Clocked:
        twin = TwinGraph(path, self.threads) if self.twins else None
        return self.graphs.setdefault(path.name, Clocked(load_graph(path, self.threads), path, twin))

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
