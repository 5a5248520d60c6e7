# SPDX-License-Identifier: Apache-2.0
"""An accelerator that is watched: what stalls or dies is restarted, then replaced, and every change is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

from phosphene.accelerators.cpu import Cpu
from phosphene.accelerators.errors import AcceleratorError, WorkerLost
from phosphene.accelerators.health import Event, Health, Policy
from phosphene.accelerators.journal import Journal, what_of
from phosphene.accelerators.patience import Patience
from phosphene.accelerators.protocol import Accelerator, Restartable
from phosphene.accelerators.seats import Seats
from phosphene.accelerators.supervised_graph import SupervisedGraph

# How often a graph is loaded when the worker ends meanwhile. Not oftener: it may be this graph that ends it.
_LOADS: Final = 2


class Supervised:
    """Runs graphs on `chip`, and on `stand_by`, by default the CPU, while the chip is away.

    A run that is late by its graph's own history, or whose worker ends or fails, ends the worker; it is started again
    with all graphs, and the run is made once more: on the same back-end, so with the same result bit for bit. When
    that fails too, the stand-by answers this run. By `policy` a chip that fails often is replaced by the stand-by, and
    tried again in the background. The stand-by's graphs are loaded beforehand, so that replacing needs neither the
    file nor time. `on_event` is called with each event, from the thread that it happened in, one at a time.

    Graphs may be loaded and run in any threads; while the worker is being restarted, runs wait for it.
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
        self._seats = Seats(chip, self.policy.first_s)
        self._restarts = self._fell_back = self._came_back = 0
        self._retrying: threading.Thread | None = None
        self._retry_failed = ""
        # Nothing is loaded onto the chip any more, or not before it was tried again.
        self._closed = self._given_up = False

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
        for left in reversed(range(_LOADS)):
            generation = self.generation()
            remote, trouble = (None, None) if self._left else self._seats.tried(graph)
            if left and isinstance(trouble, WorkerLost):
                self.failed(graph, generation, trouble)
                continue
            with self._lock:
                if left and generation != self._seats.generation:
                    continue
                self._seats.add(graph, None if self._left else remote)
                if self._closed:
                    self._chip.stop()
                elif trouble is not None:
                    self._journal.note("absent", graph.name, self._spare, trouble)
                    if self._patience.retry_in_s is None:
                        self._patience.wait()
                break
        self._journal.tell()
        return graph

    def status(self) -> Health:
        """Return how it is doing now."""
        with self._lock:
            graphs = self._seats.graphs
            return Health(
                accelerator=self.name,
                stand_by=self._spare,
                well=all(graph.on_chip for graph in graphs),
                restarts=self._restarts,
                fell_back=self._fell_back,
                came_back=self._came_back,
                retry_in_s=self._patience.retry_in_s,
                retry_failed=self._retry_failed,
                graphs=tuple(graph.health() for graph in graphs),
                events=self._journal.events,
            )

    def close(self) -> None:
        """End the worker, and go on on the stand-by alone, without an event: it was wanted."""
        with self._lock:
            self._closed = True
            self._seats.leave()
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
            return self._seats.generation

    def failed(self, graph: SupervisedGraph, generation: int, error: AcceleratorError) -> None:
        """Restart the chip's worker, or give the chip up, after `graph` failed in `generation`."""
        with self._lock:
            # A worker's end meets all its graphs; the first one to notice has put things right.
            if generation == self._seats.generation and not self._closed:
                graph.failures += 1
                self._journal.note(what_of(error), graph.name, self.name, error)
                self._recover(error)
        self._journal.tell()

    def answered(self, graph: SupervisedGraph, error: AcceleratorError) -> None:
        """Tell that the stand-by answered one run of `graph`, since the chip failed on it twice."""
        with self._lock:
            self._journal.note("answered", graph.name, self._spare, error)
        self._journal.tell()

    @property
    def _left(self) -> bool:
        return self._closed or self._given_up

    def _recover(self, error: AcceleratorError) -> None:
        if count := self._patience.failed():
            self._give_up(f"{count} failures within {self.policy.window_s:g} s, the last: {error.message}")
            return
        trouble = self._seats.restart()
        if trouble is not None:
            self._give_up(f"it can't be started again: {trouble.message}", trouble.cure)
            return
        self._restarts += 1
        self._journal.note("restarted", "every graph", self.name, error)

    def _give_up(self, why: str, cure: str = "") -> None:
        self._seats.leave()
        self._given_up = True
        self._fell_back += 1
        again = f"it is tried again in {self._patience.wait():g} s"
        self._journal.note("fell back", "every graph", self._spare, AcceleratorError(why, cure=cure or again))

    def _retry(self) -> None:
        """Try to bring every missing graph back; the stand-by goes on meanwhile."""
        with self._lock:
            generation = self._seats.generation
            missing = [graph for graph in self._seats.graphs if not graph.on_chip]
        found = [(graph, *self._seats.tried(graph, and_run=True)) for graph in missing]
        back = [(graph, remote) for graph, remote, _ in found if remote is not None]
        failed = [trouble.message for _, _, trouble in found if trouble is not None]
        with self._lock:
            self._retrying = None
            if self._closed:
                self._chip.stop()
                return
            if generation != self._seats.generation:
                failed.append("its worker was ended meanwhile")
                back = []
            self._retry_failed = "; ".join(sorted(set(failed)))
            self._came_back += bool(back)
            self._given_up = self._given_up and not back
            for graph, remote in back:
                graph.sit(remote)
                self._journal.note("came back", graph.name, self.name, AcceleratorError("it loads and runs again"))
            if failed:
                self._patience.wait()
            else:
                self._patience.came_back()
        self._journal.tell()
