# SPDX-License-Identifier: Apache-2.0
"""A chip that fails too often is replaced by the CPU, tried again less and less often, and comes back."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np

from phosphene.accelerators import Supervised, Worker
from tests.accelerators.environments import another_graph_in, compiled_for_rknn, drawn, graph_in, rknn_environment
from tests.accelerators.supervising import POLICY, Watched, same, until, watched

__all__ = ["watched"]


def test_a_chip_that_fails_often_is_replaced_and_comes_back(watched: Watched, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    graph = watched.chip.load(path)
    for _ in range(3):
        watched.kill()
        assert same(graph, path)
    assert watched.told() == ["ended", "restarted", "ended", "restarted", "ended", "fell back", "answered"]
    fell = watched.events[-2]
    assert fell.runs_on == "cpu in this process"
    assert "3 failures within 60 s" in fell.why
    assert "tried again in 30 s" in fell.cure
    assert watched.worker.pid is None
    health = watched.chip.status()
    assert not health.well
    assert (health.fell_back, health.retry_in_s) == (1, 30)
    watched.now += 29
    assert same(graph, path)
    assert not watched.chip.status().well
    watched.now += 2
    assert same(graph, path), "the stand-by goes on while the chip is tried"
    until(lambda: watched.chip.status().well)
    until(lambda: watched.told()[-1] == "came back")
    assert same(graph, path)
    health = watched.chip.status()
    assert (health.came_back, health.retry_in_s) == (1, None)
    assert health.graphs[0].on_chip == 3
    assert health.graphs[0].on_stand_by == 3


def test_failures_far_apart_never_add_up(watched: Watched, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    graph = watched.chip.load(path)
    for _ in range(4):
        watched.kill()
        assert same(graph, path)
        watched.now += 61
    assert watched.told() == ["ended", "restarted"] * 4


def test_a_file_that_vanished_falls_back_and_comes_back_with_the_file(watched: Watched, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    content, graph = path.read_bytes(), watched.chip.load(path)
    wanted = graph.run(*drawn(graph))[0]
    path.unlink()
    watched.kill()
    np.testing.assert_array_equal(graph.run(*drawn(graph))[0], wanted)
    assert watched.told() == ["ended", "fell back", "answered"]
    assert "can't be read" in watched.events[1].why
    watched.now += 31
    graph.run(*drawn(graph))
    until(lambda: watched.chip.status().retry_failed != "")
    assert "can't be read" in watched.chip.status().retry_failed
    assert watched.chip.status().retry_in_s == 60, "it is tried less and less often"
    path.write_bytes(content[:-300])
    watched.now += 61
    graph.run(*drawn(graph))
    until(lambda: watched.chip.status().retry_in_s == 120)
    path.write_bytes(content)
    watched.now += 121
    graph.run(*drawn(graph))
    until(lambda: watched.chip.status().well)
    np.testing.assert_array_equal(graph.run(*drawn(graph))[0], wanted)


def test_a_graph_that_the_chip_cannot_take_keeps_no_other_from_it(tmp_path: Path) -> None:
    paths = [graph_in(tmp_path), another_graph_in(tmp_path)]
    compiled_for_rknn(paths[0])
    now = [0.0]
    worker = Worker("rknn", rknn_environment(tmp_path / "venv"))
    with Supervised(worker, policy=POLICY, clock=lambda: now[0]) as chip:
        taken, left = map(chip.load, paths)
        for _ in range(3):
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGKILL)
            taken.run(*drawn(taken))
            left.run(*drawn(left))
        told = [event.what for event in chip.status().events]
        assert told == ["absent", "ended", "restarted", "ended", "restarted", "ended", "fell back", "answered"]
        now[0] += 100
        taken.run(*drawn(taken))
        until(lambda: taken.on_chip)
        assert not left.on_chip
        assert "has not been compiled" in chip.status().retry_failed
        compiled_for_rknn(paths[1])
        now[0] += 1000
        left.run(*drawn(left))
        until(lambda: left.on_chip)
        assert chip.status().well
