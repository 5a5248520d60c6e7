# SPDX-License-Identifier: Apache-2.0
"""Which graphs of a supervised accelerator sit on the chip, and how they get there and off it."""

from __future__ import annotations

import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from phosphene.accelerators.protocol import KillableGraph, Restartable
from phosphene.accelerators.supervised_graph import SupervisedGraph
from phosphene.errors import PhospheneError


class Seats:
    """The graphs of one chip, as long as somebody else keeps them. All but `tried` is for the holder of a lock.

    `generation` counts how often the chip's worker was ended: what was loaded in an earlier one is gone. `first_s` is
    how long the first run of a graph may take.
    """

    def __init__(self, chip: Restartable, first_s: float) -> None:
        self.generation = 0
        self._chip: Final = chip
        self._first_s = first_s
        self._graphs: weakref.WeakSet[SupervisedGraph] = weakref.WeakSet()

    @property
    def graphs(self) -> list[SupervisedGraph]:
        """All graphs, by name."""
        return sorted(self._graphs, key=lambda graph: graph.name)

    def add(self, graph: SupervisedGraph, remote: KillableGraph | None) -> None:
        """Take in a graph, with what the chip has loaded of it, or without a seat."""
        self._graphs.add(graph)
        graph.sit(remote)

    def tried(
        self, graph: SupervisedGraph, *, and_run: bool = False
    ) -> tuple[KillableGraph | None, PhospheneError | None]:
        """Return `graph` as the chip has loaded it, or what kept it from that. Takes its time, and no lock."""
        try:
            remote = graph.fitting(self._chip.load(graph.path))
            if and_run:
                remote.run_within(self._first_s, *graph.nothing())
        except PhospheneError as error:
            return None, error
        return remote, None

    def leave(self) -> None:
        """End the chip's worker; no graph has a seat then."""
        self.generation += 1
        for graph in self.graphs:
            graph.sit(None)
        self._chip.stop()

    def restart(self) -> PhospheneError | None:
        """End the chip's worker and seat the same graphs in another; return what kept them from it, and then none is.

        Other threads that load meanwhile get the new worker, too.
        """
        seated = [graph for graph in self.graphs if graph.on_chip]
        self.leave()
        # All at the same time: each waits for its own answer.
        with ThreadPoolExecutor(max(len(seated), 1)) as pool:
            found = list(pool.map(self.tried, seated))
        troubles = [trouble for _, trouble in found if trouble is not None]
        if troubles:
            return troubles[0]
        for graph, (remote, _) in zip(seated, found, strict=True):
            graph.sit(remote)
        return None
