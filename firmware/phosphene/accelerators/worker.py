# SPDX-License-Identifier: Apache-2.0
"""An accelerator whose graphs run in a worker process, under an interpreter of the user's choice."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from phosphene.accelerators.chips import CHIPS, CORES, Kind, file_for, rknn_operators
from phosphene.accelerators.cpu import load_graph
from phosphene.accelerators.errors import AcceleratorError
from phosphene.accelerators.remote_graph import Order, RemoteGraph
from phosphene.accelerators.tensor import TensorSpec
from phosphene.accelerators.worker_process import WorkerProcess, this_python


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """How long a worker may take, in seconds, and how much memory it may have (address space; None: no limit).

    Starting holds the import of the runtime; loading a graph holds, on Coral, sending its weights.
    """

    start_s: float = 20.0
    load_s: float = 20.0
    run_s: float = 10.0
    memory_mb: int | None = None


class Worker:
    """Runs graphs of a `kind` in one process under `python`, by default this one; starts it with the first graph.

    Several graphs share the process, load at the same time when several threads ask for them, and on CPU and RKNN run
    at the same time. When the process has ended, all its graphs raise WorkerLost, and the next `load` starts another.
    `cores` says on which of the three cores of an RK3588 a graph runs, by its file's name without ending; the others
    take turns, since one graph on one core is what scales. `options` go to the worker: `threads` and `kernels` for the
    CPU, `library` and `device` (libedgetpu's options, such as {"device": "usb"}) for a delegate.
    """

    def __init__(
        self,
        kind: Kind,
        python: Path | None = None,
        *,
        limits: Limits | None = None,
        cores: Mapping[str, int] | None = None,
        options: Mapping[str, Any] | None = None,
        allow_float: bool = False,
    ) -> None:
        self._kind: Kind = kind
        self._python = python or this_python()
        self._limits = limits or Limits()
        self._cores = dict(cores or {})
        self._options = {**CHIPS[kind].options, **(options or {}), "memory_mb": self._limits.memory_mb}
        self._allow_float = allow_float
        self._lock = threading.Lock()
        self._process: WorkerProcess | None = None
        self._turns = 0

    @property
    def name(self) -> str:
        return self._kind

    @property
    def pid(self) -> int | None:
        """The number of the process that runs now, or None."""
        process = self._process
        return process.pid if process is not None and process.alive else None

    @property
    def python(self) -> Path:
        """The interpreter that it runs under."""
        return self._python

    def start(self) -> Mapping[str, str]:
        """Start the process unless it runs, and return its versions of ``python``, ``numpy`` and ``runtime``."""
        return self._running().versions

    def load(self, path: Path) -> RemoteGraph:
        """Return the graph at `path`, in the process; see `file_for` for the file that is run in its place.

        Raises ModelError for the file; AcceleratorError for chip and runtime, when the worker ends or takes too long,
        and when not one operator went onto the chip.
        """
        model = file_for(self._kind, path)
        extra: dict[str, Any] = {}
        operators = ()
        if self._kind == "rknn":
            twin = load_graph(path)
            ends = {"inputs": twin.inputs, "outputs": twin.outputs}
            extra = {end: [_detail(spec) for spec in specs] for end, specs in ends.items()}
            extra["core"] = self._core(path.stem)
            operators = rknn_operators(model.path)
        order = Order(model.path, model.sha256, extra, CHIPS[self._kind].cure, operators, self._allow_float)
        graph = RemoteGraph(self._running(), order, load_s=self._limits.load_s, run_s=self._limits.run_s)
        placed = graph.describe().operators
        if self._kind != "cpu" and all(operator.runs_on == "cpu" for operator in placed):
            graph.close()
            raise AcceleratorError(
                f"none of the graph's {len(placed)} operators runs on {self.name}",
                place=str(model.path),
                cure=f"phosphene models check {path}",
            )
        return graph

    def stop(self) -> None:
        """End the process, if one runs. Graphs that were in it raise WorkerLost from now on."""
        with self._lock:
            if self._process is not None:
                self._process.end()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _running(self) -> WorkerProcess:
        with self._lock:
            if self._process is None or not self._process.alive:
                if self._process is not None:
                    self._process.end()
                self._process = WorkerProcess(
                    self.name, self._python, self._options, start_s=self._limits.start_s, cure=CHIPS[self._kind].cure
                )
            return self._process

    def _core(self, name: str) -> int:
        with self._lock:
            if name not in self._cores:
                self._cores[name] = self._turns % CORES
                self._turns += 1
        if not 0 <= self._cores[name] < CORES:
            raise AcceleratorError(
                f"there is no core {self._cores[name]}", place=name, cure=f"the cores are 0 to {CORES - 1}"
            )
        return self._cores[name]


def _detail(spec: TensorSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "dtype": spec.dtype,
        "shape": spec.shape,
        "shape_signature": spec.shape,
        "quantization": (spec.scale, spec.zero_point),
    }
