# SPDX-License-Identifier: Apache-2.0
"""A watched accelerator: restarted when it stalls or dies, replaced when it goes on, and nothing of it in silence."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from phosphene.accelerators import Event, Graph, Limits, ModelError, Policy, ShapeError, Supervised, Worker, load_graph
from phosphene.accelerators.health import RunTimes
from tests.accelerators.environments import another_graph_in, compiled_for_rknn, drawn, graph_in, halt, rknn_environment

POLICY = Policy(least_s=0.3, first_s=5.0, enough=5, failures=3, window_s=60, retry_s=30)


class Desk:
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
def desk() -> Iterator[Desk]:
    made = Desk()
    with made.chip:
        yield made


def same(graph: Graph, path: Path, seed: int = 0) -> bool:
    wanted = load_graph(path).run(*drawn(graph, seed))[0]
    assert wanted.std() > 1
    return bool((graph.run(*drawn(graph, seed))[0] == wanted).all())


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_healthy_chip_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    graph = desk.chip.load(path)
    assert all(same(graph, path, seed) for seed in range(10))
    health = desk.chip.status()
    assert health.well
    assert (health.graphs[0].on_chip, health.graphs[0].on_stand_by) == (10, 0)
    assert health.graphs[0].p99_s is not None
    assert health.graphs[0].limit_s == POLICY.least_s
    assert not desk.events


def test_a_stall_is_restarted_and_run_again_with_the_same_bits(desk: Desk, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    graph, other = desk.chip.load(path), desk.chip.load(another_graph_in(tmp_path))
    for seed in range(8):
        graph.run(*drawn(graph, seed))
    before = desk.pid
    halt(before)
    assert same(graph, path)
    assert desk.told() == ["stalled", "restarted"]
    assert "gave no answer" in desk.events[0].why
    assert desk.pid != before
    assert same(other, another_graph_in(tmp_path)), "the worker's other graph is back, too"
    health = desk.chip.status()
    assert health.well
    assert (health.restarts, health.fell_back) == (1, 0)
    assert [one.on_stand_by for one in health.graphs] == [0, 0]
    assert health.events == tuple(desk.events)


def test_every_thread_gets_right_results_while_the_worker_dies(desk: Desk, tmp_path: Path) -> None:
    paths = [graph_in(tmp_path), another_graph_in(tmp_path)]
    graphs = [desk.chip.load(path) for path in paths]
    answers: list[bool] = []

    def work(place: int) -> None:
        answers.extend(same(graphs[place], paths[place], seed) for seed in range(60))

    threads = [threading.Thread(target=work, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    until(lambda: len(answers) > 10)
    desk.kill()
    for thread in threads:
        thread.join()
    assert answers == [True] * 120
    assert desk.told() == ["ended", "restarted"], "one death is one failure, whoever meets it"


def test_a_chip_that_fails_often_is_replaced_and_comes_back(desk: Desk, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    graph = desk.chip.load(path)
    for _ in range(3):
        desk.kill()
        assert same(graph, path)
    assert desk.told() == ["ended", "restarted", "ended", "restarted", "ended", "fell back", "answered"]
    fell = desk.events[-2]
    assert fell.runs_on == "cpu in this process"
    assert "3 failures within 60 s" in fell.why
    assert "tried again in 30 s" in fell.cure
    assert desk.worker.pid is None
    health = desk.chip.status()
    assert not health.well
    assert (health.fell_back, health.retry_in_s) == (1, 30)
    desk.now += 29
    assert same(graph, path)
    assert not desk.chip.status().well
    desk.now += 2
    assert same(graph, path), "the stand-by goes on while the chip is tried"
    until(lambda: desk.chip.status().well)
    until(lambda: desk.told()[-1] == "came back")
    assert same(graph, path)
    health = desk.chip.status()
    assert (health.came_back, health.retry_in_s) == (1, None)
    assert health.graphs[0].on_chip == 3
    assert health.graphs[0].on_stand_by == 3


def test_failures_far_apart_never_add_up(desk: Desk, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    graph = desk.chip.load(path)
    for _ in range(4):
        desk.kill()
        assert same(graph, path)
        desk.now += 61
    assert desk.told() == ["ended", "restarted"] * 4


def test_a_file_that_vanished_falls_back_and_comes_back_with_the_file(desk: Desk, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    content, graph = path.read_bytes(), desk.chip.load(path)
    wanted = graph.run(*drawn(graph))[0]
    path.unlink()
    desk.kill()
    np.testing.assert_array_equal(graph.run(*drawn(graph))[0], wanted)
    assert desk.told() == ["ended", "fell back", "answered"]
    assert "can't be read" in desk.events[1].why
    desk.now += 31
    graph.run(*drawn(graph))
    until(lambda: desk.chip.status().retry_failed != "")
    assert "can't be read" in desk.chip.status().retry_failed
    assert desk.chip.status().retry_in_s == 60, "it is tried less and less often"
    path.write_bytes(content[:-300])
    desk.now += 61
    graph.run(*drawn(graph))
    until(lambda: desk.chip.status().retry_in_s == 120)
    path.write_bytes(content)
    desk.now += 121
    graph.run(*drawn(graph))
    until(lambda: desk.chip.status().well)
    np.testing.assert_array_equal(graph.run(*drawn(graph))[0], wanted)


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


def test_what_the_caller_does_wrong_is_no_failure_of_the_chip(desk: Desk, tmp_path: Path) -> None:
    graph = desk.chip.load(graph_in(tmp_path))
    with pytest.raises(ShapeError):
        graph.run()
    with pytest.raises(ModelError):
        desk.chip.load(tmp_path / "none.tflite")
    assert not desk.events


def test_closed_it_goes_on_on_the_stand_by(desk: Desk, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    graph = desk.chip.load(path)
    desk.chip.close()
    assert same(graph, path)
    assert desk.worker.pid is None
    assert not desk.events


def test_a_limit_follows_the_graphs_own_history() -> None:
    times = RunTimes(Policy(times=5, least_s=0.05, first_s=7, enough=20))
    assert times.limit_s == 7
    times.add(3.0)
    for _ in range(19):
        times.add(0.1)
    assert times.limit_s == 7, "the first run after a start is none to judge by"
    times.add(0.1)
    assert times.limit_s == pytest.approx(0.5)
    for _ in range(600):
        times.add(0.002)
    assert times.limit_s == 0.05
    times.first = True
    assert times.limit_s == 7
