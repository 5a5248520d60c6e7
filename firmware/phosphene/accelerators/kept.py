# SPDX-License-Identifier: Apache-2.0
"""Keeps loaded graphs, so that senses that are closed and opened again find theirs: loading costs time, and memory
that the runtime does not wholly give back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from phosphene.accelerators.errors import AcceleratorError, ShapeError
from phosphene.accelerators.protocol import Accelerator, Description, Graph
from phosphene.accelerators.tensor import TensorSpec


class Kept:
    """An accelerator that loads each file once, for whoever asks. A graph that failed is loaded anew for the next."""

    def __init__(self, accelerator: Accelerator) -> None:
        self._accelerator: Final = accelerator
        self._graphs: dict[Path, KeptGraph] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._accelerator.name

    def load(self, path: Path) -> KeptGraph:
        """Return the graph at `path`. Raises what the accelerator raises."""
        with self._lock:
            if path not in self._graphs:
                self._graphs[path] = KeptGraph(self._accelerator.load(path), lambda: self._forget(path))
            return self._graphs[path]

    def _forget(self, path: Path) -> None:
        with self._lock:
            self._graphs.pop(path, None)


class KeptGraph:
    """A graph that several have; runs exclude each other. `failed` is called when one fails."""

    def __init__(self, graph: Graph, failed: Callable[[], None]) -> None:
        self._graph = graph
        self._failed = failed

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        return self._graph.inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self._graph.outputs

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        try:
            return self._graph.run(*arrays)
        except ShapeError:
            raise
        except AcceleratorError:
            self._failed()
            raise

    def describe(self) -> Description:
        return self._graph.describe()
