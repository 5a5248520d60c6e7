# SPDX-License-Identifier: Apache-2.0
"""An accelerator that is watched: what stalls or dies is restarted, then replaced, and every change is told."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from phosphene.accelerators.cpu import Cpu
from phosphene.accelerators.errors import AcceleratorError, Stalled, WorkerLost
from phosphene.accelerators.health import Event, Health, Policy, What
from phosphene.accelerators.journal import Journal
from phosphene.accelerators.patience import Patience
from phosphene.accelerators.protocol import Accelerator, KillableGraph, Restartable
from phosphene.accelerators.supervised_graph import SupervisedGraph
from phosphene.errors import PhospheneError


class Supervised:
    """Runs graphs on `chip`, and on `stand_by`, by default the CPU, while the chip is away.

    A run that is late by its graph's own history, or whose worker ends or fails, ends the worker; it is started again
    with all graphs, and the run is made once more: on the same back-end, so with the same result bit for bit. When
    that fails too, the stand-by answers this run. By `policy` a chip that fails often is replaced by the stand-by, and
    tried again in the background. The stand-by's graphs are loaded beforehand, so that replacing needs neither the
    file nor time. `on_event` is called with each event, from the thread that it happened in.
    """

    def __init__(
        self,
        chip: Restartable,
        stand_by: Accelerator | None = None,
        *,
        policy: Policy | None = None,
        on_event: Callable[[Event], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chip, self._stand_by = chip, stand_by or Cpu()
        self.policy = policy or Policy()
        # The CPU in a worker has the CPU for a stand-by, too.
        self._spare = self._stand_by.name if self._stand_by.name != chip.name else f"{chip.name} in this process"
        self._journal, self._patience = Journal(chip.name, on_event), Patience(self.policy, clock)
        self._lock = threading.RLock()
        self._graphs: weakref.WeakSet[SupervisedGraph] = weakref.WeakSet()
        self._generation = self._restarts = self._fell_back = self._came_back = 0
        self._retrying: threading.Thread | None = None
        self._retry_failed = ""
        self._closed = False

    @property
    def name(self) -> str:
        return self._chip.name

    @property
    def spare(self) -> str:
        """What the stand-by is called in events and statistics."""
        return self._spare

    def load(self, path: Path) -> SupervisedGraph:
        """Return the graph at `path`; it runs on the stand-by, and an event says why, when the chip can't take it.

        Raises ModelError when the file is not one that the stand-by runs.
        """
        graph = SupervisedGraph(self, path, self._stand_by.load(path))
        remote, trouble = self._try(graph)
        with self._lock:
            self._graphs.add(graph)
            graph.sit(remote)
            if trouble is not None:
                self._journal.note("absent", graph.name, self._spare, trouble)
                if self._patience.retry_in_s is None:
                    self._patience.wait()
        self._journal.tell()
        return graph

    def status(self) -> Health:
        """Return how it is doing now."""
        with self._lock:
            graphs = tuple(sorted((graph.health() for graph in self._graphs), key=lambda health: health.graph))
            return Health(
                accelerator=self.name,
                stand_by=self._spare,
                well=all(graph.on_chip for graph in self._graphs),
                restarts=self._restarts,
                fell_back=self._fell_back,
                came_back=self._came_back,
                retry_in_s=self._patience.retry_in_s,
                retry_failed=self._retry_failed,
                graphs=graphs,
                events=self._journal.events,
            )

    def close(self) -> None:
        """End the worker, and go on on the stand-by alone, without an event: it was wanted."""
        with self._lock:
            self._closed = True
            self._leave_chip()
        if (retrying := self._retrying) is not None:
            retrying.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What follows is for SupervisedGraph.

    def generation(self) -> int:
        """Return which start of the chip's worker the graphs sit in now; waits while it is being restarted."""
        with self._lock:
            if self._patience.retry_in_s == 0 and self._retrying is None and not self._closed:
                self._retrying = threading.Thread(target=self._retry, daemon=True)
                self._retrying.start()
            return self._generation

    def failed(self, graph: SupervisedGraph, generation: int, error: AcceleratorError) -> None:
        """Restart the chip's worker, or give the chip up, after `graph` failed in `generation`."""
        with self._lock:
            # A worker's end meets all its graphs; the first one to notice has put things right.
            if generation == self._generation and not self._closed:
                graph.failures += 1
                self._journal.note(_what(error), graph.name, self.name, error)
                self._recover(error)
        self._journal.tell()

    def answered(self, graph: SupervisedGraph, error: AcceleratorError) -> None:
        """Tell that the stand-by answered one run of `graph`, since the chip failed on it twice."""
        with self._lock:
            self._journal.note("answered", graph.name, self._spare, error)
        self._journal.tell()

    def _recover(self, error: AcceleratorError) -> None:
        if count := self._patience.failed():
            self._give_up(f"{count} failures within {self.policy.window_s:g} s, the last: {error.message}")
            return
        seated = [graph for graph in self._graphs if graph.on_chip]
        self._leave_chip()
        # All at the same time: each waits for its own answer.
        with ThreadPoolExecutor(len(seated)) as pool:
            found = list(pool.map(self._try, seated))
        for _, trouble in found:
            if trouble is not None:
                self._give_up(f"it can't be started again: {trouble.message}", trouble.cure)
                return
        for graph, (remote, _) in zip(seated, found, strict=True):
            graph.sit(remote)
        self._restarts += 1
        self._journal.note("restarted", "every graph", self.name, error)

    def _give_up(self, why: str, cure: str = "") -> None:
        self._leave_chip()
        self._fell_back += 1
        again = f"it is tried again in {self._patience.wait():g} s"
        self._journal.note("fell back", "every graph", self._spare, AcceleratorError(why, cure=cure or again))

    def _leave_chip(self) -> None:
        self._generation += 1
        for graph in self._graphs:
            graph.sit(None)
        self._chip.stop()

    def _try(
        self, graph: SupervisedGraph, *, and_run: bool = False
    ) -> tuple[KillableGraph | None, PhospheneError | None]:
        """Return `graph` as the chip has loaded it, or what kept it from that."""
        try:
            remote = graph.fitting(self._chip.load(graph.path))
            if and_run:
                remote.run_within(self.policy.first_s, *graph.nothing())
        except PhospheneError as error:
            return None, error
        return remote, None

    def _retry(self) -> None:
        """Try to bring every missing graph back; the stand-by goes on meanwhile."""
        with self._lock:
            missing = [graph for graph in self._graphs if not graph.on_chip]
        found = [(graph, *self._try(graph, and_run=True)) for graph in missing]
        back = [(graph, remote) for graph, remote, _ in found if remote is not None]
        failed = [trouble.message for _, _, trouble in found if trouble is not None]
        with self._lock:
            self._retrying, self._retry_failed = None, "; ".join(sorted(set(failed)))
            if self._closed:
                self._chip.stop()
                return
            self._came_back += bool(back)
            for graph, remote in back:
                graph.sit(remote)
                self._journal.note("came back", graph.name, self.name, AcceleratorError("it loads and runs again"))
            if failed:
                self._patience.wait()
            else:
                self._patience.came_back()
        self._journal.tell()


def _what(error: AcceleratorError) -> What:
    return "stalled" if isinstance(error, Stalled) else "ended" if isinstance(error, WorkerLost) else "failed"
