# SPDX-License-Identifier: Apache-2.0
"""One graph of a supervised accelerator: runs on the chip while it sits there, else on the stand-by."""

from __future__ import annotations

import dataclasses
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators.errors import AcceleratorError, ShapeError
from phosphene.accelerators.health import GraphHealth, RunTimes
from phosphene.accelerators.protocol import Description, Graph, KillableGraph
from phosphene.accelerators.tensor import TensorSpec

if TYPE_CHECKING:
    from phosphene.accelerators.supervised import Supervised

_TRIES = 2


class SupervisedGraph:
    """A graph with a seat on the chip, or none. Its ends are those of the stand-by's graph, the .tflite's own."""

    def __init__(self, owner: Supervised, path: Path, stand_by: Graph) -> None:
        self.path = path
        self._owner, self._stand_by = owner, stand_by
        self.inputs: Final = stand_by.inputs
        self.outputs: Final = stand_by.outputs
        self._remote: KillableGraph | None = None
        self._counting = threading.Lock()
        self._times = RunTimes(owner.policy)
        self._on_chip = self._on_stand_by = self.failures = 0

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def on_chip(self) -> bool:
        """Whether it has a seat on the chip."""
        return self._remote is not None

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        last: AcceleratorError | None = None
        try:
            for _ in range(_TRIES):
                generation, remote = self._owner.generation(), self._remote
                if remote is None:
                    break
                began = time.perf_counter()
                try:
                    results = remote.run_within(self._times.limit_s, *arrays)
                except ShapeError:
                    raise
                except AcceleratorError as error:
                    last = error
                    self._owner.failed(self, generation, error)
                    continue
                with self._counting:
                    self._times.add(time.perf_counter() - began)
                    self._on_chip += 1
                return results
            if last is not None:
                self._owner.answered(self, last)
        finally:
            # An error knows this frame, and the frame the lost worker's graph with its memory and its socket: held in a
            # ring, they would stay until the collector passes.
            last = remote = None
        results = self._stand_by.run(*arrays)
        with self._counting:
            self._on_stand_by += 1
        return results

    def describe(self) -> Description:
        """Return where it runs now. On the stand-by every operator counts as fallen back from the chip."""
        remote = self._remote
        if remote is not None:
            return remote.describe()
        return dataclasses.replace(self._stand_by.describe(), accelerator=self._owner.name)

    def health(self) -> GraphHealth:
        """Return its counts."""
        return GraphHealth(
            self.name,
            self._owner.name if self.on_chip else self._owner.spare,
            self._on_chip,
            self._on_stand_by,
            self.failures,
            self._times.p99_s,
            self._times.limit_s,
        )

    def sit(self, remote: KillableGraph | None) -> None:
        """Take a seat on the chip, or leave it."""
        self._remote = remote
        self._times.first = True

    def fitting(self, remote: KillableGraph) -> KillableGraph:
        """Return `remote`; raises AcceleratorError when its ends are not the .tflite's."""
        if _shape((*remote.inputs, *remote.outputs)) != _shape((*self.inputs, *self.outputs)):
            raise AcceleratorError(
                "the chip's graph has other ends than the .tflite", place=str(self.path), cure="compile it again"
            )
        return remote

    def nothing(self) -> tuple[NDArray[Any], ...]:
        """Return inputs that stand for zero throughout: to try whether it runs."""
        return tuple(np.full(spec.shape, spec.zero_point, spec.dtype) for spec in self.inputs)


def _shape(specs: tuple[TensorSpec, ...]) -> list[tuple[tuple[int, ...], str]]:
    return [(spec.shape, spec.dtype) for spec in specs]
