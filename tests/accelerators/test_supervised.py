# SPDX-License-Identifier: Apache-2.0
"""A watched accelerator: what stalls or dies is started again, and nothing of it in silence."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from phosphene.accelerators import Event, ModelError, ShapeError, Supervised, Worker
from tests.accelerators.environments import another_graph_in, drawn, graph_in, halt
from tests.accelerators.supervising import POLICY, Watched, same, watched

__all__ = ["watched"]


def test_a_healthy_chip_is_left_alone(watched: Watched, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    graph = watched.chip.load(path)
    assert all(same(graph, path, seed) for seed in range(10))
    health = watched.chip.status()
    assert health.well
    assert (health.graphs[0].on_chip, health.graphs[0].on_stand_by) == (10, 0)
    assert health.graphs[0].p99_s is not None
    assert health.graphs[0].limit_s == POLICY.least_s
    assert not watched.events


def test_a_stall_is_restarted_and_run_again_with_the_same_bits(watched: Watched, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    graph, other = watched.chip.load(path), watched.chip.load(another_graph_in(tmp_path))
    for seed in range(8):
        graph.run(*drawn(graph, seed))
    before = watched.pid
    halt(before)
    assert same(graph, path)
    assert watched.told() == ["stalled", "restarted"]
    assert "gave no answer" in watched.events[0].why
    assert watched.pid != before
    assert same(other, another_graph_in(tmp_path)), "the worker's other graph is back, too"
    health = watched.chip.status()
    assert health.well
    assert (health.restarts, health.fell_back) == (1, 0)
    assert [one.on_stand_by for one in health.graphs] == [0, 0]
    assert health.events == tuple(watched.events)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="what is open is counted in /proc")
def test_a_lost_worker_leaves_nothing_open(watched: Watched, tmp_path: Path) -> None:
    """Not even until the collector passes, which may take hours."""
    path = graph_in(tmp_path)
    graph = watched.chip.load(path)
    opened: list[int] = []
    gc.disable()
    try:
        for _ in range(3):
            watched.kill()
            assert same(graph, path)
            watched.now += 2 * POLICY.window_s  # so that the chip is not given up
            opened.append(len(list(Path("/proc/self/fd").iterdir())))
    finally:
        gc.enable()
    assert watched.chip.status().restarts == 3
    assert opened == [opened[0]] * 3


def test_a_chip_that_is_not_there_is_told_when_a_graph_is_loaded(tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    events: list[Event] = []
    with Supervised(Worker("teflon", options={"library": "no/libteflon.so"}), on_event=events.append) as chip:
        graph = chip.load(path)
        assert same(graph, path)
        assert [(event.what, event.graph, event.runs_on) for event in events] == [("absent", "small.tflite", "cpu")]
        assert "no/libteflon.so" in events[0].why
        assert "Mesa" in events[0].cure
        assert graph.describe().fell_back == 4
        assert not chip.status().well
        assert "small.tflite runs on cpu" in str(events[0])


def test_what_the_caller_does_wrong_is_no_failure_of_the_chip(watched: Watched, tmp_path: Path) -> None:
    graph = watched.chip.load(graph_in(tmp_path))
    with pytest.raises(ShapeError):
        graph.run()
    with pytest.raises(ModelError):
        watched.chip.load(tmp_path / "none.tflite")
    assert not watched.events


def test_closed_it_goes_on_on_the_stand_by(watched: Watched, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    graph = watched.chip.load(path)
    watched.chip.close()
    assert same(graph, path)
    assert watched.worker.pid is None
    assert not watched.events
