# SPDX-License-Identifier: Apache-2.0
"""What every accelerator does: load a graph, run it, say where its operators run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from phosphene.accelerators.tensor import TensorSpec


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of a loaded graph and the processor that it runs on, as the runtime reports it."""

    index: int
    name: str
    runs_on: str


@dataclass(frozen=True, slots=True)
class Description:
    """A loaded graph, as its back-end sees it. `sha256` is that of the file's bytes, in hex."""

    accelerator: str
    file: Path
    sha256: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    operators: tuple[Operator, ...]

    @property
    def fell_back(self) -> int:
        """The number of operators that run on the CPU although another processor was asked for."""
        return 0 if self.accelerator == "cpu" else sum(operator.runs_on == "cpu" for operator in self.operators)


class Graph(Protocol):
    """A graph that is ready to run. Runs of one graph exclude each other; two graphs may run at the same time."""

    @property
    def inputs(self) -> tuple[TensorSpec, ...]: ...

    @property
    def outputs(self) -> tuple[TensorSpec, ...]: ...

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        """Return the outputs for these inputs, in the order of `inputs` and `outputs`; both ways are copies.

        Raises ShapeError for an array that an input does not take, AcceleratorError when the chip fails.
        """
        ...

    def describe(self) -> Description: ...


class Accelerator(Protocol):
    """Something that runs graphs."""

    @property
    def name(self) -> str:
        """A short name, such as ``cpu`` or ``coral``."""
        ...

    def load(self, path: Path) -> Graph:
        """Return the graph in the file at `path`.

        Raises ModelError when the file is not one that we run, AcceleratorError when the accelerator is not there.
        """
        ...


class KillableGraph(Graph, Protocol):
    """A graph that runs where it can be ended when it hangs."""

    def run_within(self, limit_s: float, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        """Run as `run` does; raises Stalled after `limit_s` seconds, when what ran has been ended."""
        ...


class Restartable(Protocol):
    """An accelerator whose graphs can be ended, all at once, and loaded again."""

    @property
    def name(self) -> str: ...

    def load(self, path: Path) -> KillableGraph:
        """Load as an Accelerator does; starts again what was stopped or has ended."""
        ...

    def stop(self) -> None:
        """End everything that runs."""
        ...
