# SPDX-License-Identifier: Apache-2.0
"""A graph that runs in a worker process; its tensors go through memory that both share."""

from __future__ import annotations

import mmap
import os
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators.ends import require, spec_of
from phosphene.accelerators.errors import AcceleratorError, ModelError, WorkerLost
from phosphene.accelerators.operators import locate
from phosphene.accelerators.protocol import Description, Operator
from phosphene.accelerators.tensor import TensorSpec
from phosphene.accelerators.worker_process import WorkerProcess
from phosphene.accelerators.worker_side.messages import layout, send


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is asked to load: the file for the chip, its hash, and what its runtime needs beside it.

    `operators` are where the graph runs, for a runtime that doesn't tell; `cure` is what to do about a chip that can't
    be opened.
    """

    path: Path
    sha256: str
    extra: Mapping[str, Any]
    cure: str
    operators: tuple[Operator, ...] = ()
    allow_float: bool = False


class RemoteGraph:
    """A graph in a worker. A run that takes longer than its limit ends the worker, with every graph in it.

    Loading raises ModelError for the file, Stalled, WorkerLost or AcceleratorError for the rest.
    """

    def __init__(self, process: WorkerProcess, order: Order, *, load_s: float, run_s: float) -> None:
        self._process, self._order, self._run_s = process, order, run_s
        self._lock = threading.Lock()
        self._runs = 0
        self._channel = process.connect()
        self._closed = weakref.finalize(self, self._channel.close)
        asked = {"path": str(order.path.resolve()), "sha256": order.sha256, **order.extra}
        described, memory = self._asked({"load": asked}, time.monotonic() + load_s, "it loaded the graph", "loaded")
        try:
            ends = described["inputs"], described["outputs"]
            self.inputs: Final = _specs(ends[0], order)
            self.outputs: Final = _specs(ends[1], order)
            places, size = layout([*ends[0], *ends[1]])
            self._memory = mmap.mmap(memory[0], size)
            nodes = described["nodes"]
            self._operators = locate(nodes, process.name) if nodes else order.operators
        except (KeyError, TypeError, ValueError, IndexError, OSError) as error:
            process.end()
            raise WorkerLost(
                f"the worker of {process.name} tells no graph's ends ({type(error).__name__})",
                place=str(order.path),
                cure="use the runtime's version that we name",
            ) from error
        finally:
            for descriptor in memory:
                os.close(descriptor)
        views = [
            np.frombuffer(self._memory, spec.dtype, int(np.prod(spec.shape)), place).reshape(spec.shape)
            for spec, place in zip((*self.inputs, *self.outputs), places, strict=True)
        ]
        self._into, self._out_of = views[: len(self.inputs)], views[len(self.inputs) :]

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        return self.run_within(self._run_s, *arrays)

    def run_within(self, limit_s: float, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        """Run as `run` does, but end the worker and raise Stalled when it takes longer than `limit_s` seconds.

        The time counts from when earlier runs of this graph have ended.
        """
        require(self.inputs, arrays, self._order.path)
        with self._lock:
            for view, array in zip(self._into, arrays, strict=True):
                view[...] = array
            self._runs += 1
            self._asked({"run": self._runs}, time.monotonic() + limit_s, f"it ran {self._order.path.name}", "ran")
            return tuple(view.copy() for view in self._out_of)

    def describe(self) -> Description:
        return Description(
            self._process.name,
            self._order.path,
            self._order.sha256,
            self.inputs,
            self.outputs,
            self._operators,
        )

    def close(self) -> None:
        """Let the worker free the graph."""
        self._closed()

    def _asked(self, request: dict[str, Any], until: float, doing: str, wanted: str) -> tuple[Any, tuple[int, ...]]:
        try:
            send(self._channel, request)
        except OSError as error:
            raise self._process.lost(doing) from error
        answer, descriptors = self._process.answer(self._channel, until, doing)
        if wanted in answer:
            return answer[wanted], descriptors
        text, place = str(answer.get("text", answer)), f"{self._order.path}, on {self._process.name}"
        if answer.get("error") == "model":
            raise ModelError(
                f"the graph can't be loaded: {text}", place=place, cure=f"phosphene models check {self._order.path}"
            )
        if answer.get("error") == "memory":
            raise AcceleratorError(
                f"memory ran out while {doing}: {text}", place=place, cure="give the worker more, or it fewer graphs"
            )
        if "error" in answer:
            raise AcceleratorError(
                f"{self._process.name} failed while {doing}: {text}",
                place=place,
                cure="load the graph again; when it stays so, run it on the cpu"
                if "run" in request
                else self._order.cure,
            )
        self._process.end()
        raise WorkerLost(
            f"the worker of {self._process.name} answers something else: {sorted(answer)}", place=place, cure=""
        )


def _specs(details: list[dict[str, Any]], order: Order) -> tuple[TensorSpec, ...]:
    return tuple(spec_of(detail, order.path, order.allow_float) for detail in details)
