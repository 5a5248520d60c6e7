# SPDX-License-Identifier: Apache-2.0
"""A watched accelerator with a real worker behind it, for tests that stop and kill it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from phosphene.accelerators import Event, Graph, Limits, Policy, Supervised, Worker, load_graph
from tests.accelerators.environments import drawn

POLICY = Policy(least_s=0.3, first_s=5.0, enough=5, failures=3, window_s=60, retry_s=30)


class Watched:
    """A supervised worker, what it told, and a clock that we turn."""

    def __init__(self, policy: Policy = POLICY) -> None:
        self.now = 1000.0
        self.events: list[Event] = []
        self.worker = Worker("cpu", limits=Limits(start_s=30, load_s=30))
        self.chip = Supervised(self.worker, policy=policy, on_event=self.events.append, clock=lambda: self.now)

    @property
    def pid(self) -> int:
        pid = self.worker.pid
        assert pid is not None
        return pid

    def told(self) -> list[str]:
        return [event.what for event in self.events]

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


@pytest.fixture
def watched() -> Iterator[Watched]:
    """A watched worker of the CPU; it ends with the test."""
    made = Watched()
    with made.chip:
        yield made


def same(graph: Graph, path: Path, seed: int = 0) -> bool:
    """Whether the graph at `path` gives what it gives in this process."""
    wanted = load_graph(path).run(*drawn(graph, seed))[0]
    assert wanted.std() > 1
    return bool((graph.run(*drawn(graph, seed))[0] == wanted).all())


def until(true: Callable[[], bool]) -> None:
    """Return when it is true; fail after half a minute, which is against hanging only."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
