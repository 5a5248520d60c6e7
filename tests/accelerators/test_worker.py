# SPDX-License-Identifier: Apache-2.0
"""Graphs in a worker process: the same results, and every way in which a worker can fail."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from phosphene.accelerators import (
    Limits,
    ModelError,
    ShapeError,
    Stalled,
    Worker,
    WorkerLost,
    load_graph,
)
from phosphene.errors import PhospheneError
from tests.accelerators.environments import (
    another_graph_in,
    drawn,
    environment,
    graph_in,
    halt,
)

QUICK = Limits(start_s=30, load_s=30, run_s=1.5)


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker("cpu", limits=QUICK) as running:
        yield running


def pid_of(worker: Worker) -> int:
    assert worker.pid is not None
    return worker.pid


def test_a_worker_gives_what_this_process_gives(worker: Worker, tmp_path: Path) -> None:
    for path in (graph_in(tmp_path), another_graph_in(tmp_path)):
        here, there = load_graph(path), worker.load(path)
        assert (there.inputs, there.outputs) == (here.inputs, here.outputs)
        assert there.describe() == here.describe()
        for seed in range(5):
            wanted = here.run(*drawn(here, seed))[0]
            assert wanted.std() > 1
            np.testing.assert_array_equal(there.run(*drawn(here, seed))[0], wanted)
    assert worker.pid != os.getpid()


def test_it_runs_under_another_environments_interpreter(tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    python = environment(tmp_path / "venv")
    with Worker("cpu", python, limits=QUICK) as worker:
        graph = worker.load(path)
        np.testing.assert_array_equal(graph.run(*drawn(graph))[0], load_graph(path).run(*drawn(graph))[0])
        assert Path(f"/proc/{worker.pid}/cmdline").read_bytes().split(b"\0")[0].decode() == str(python)
        assert worker.start()["runtime"].startswith("ai-edge-litert 2.")


def test_graphs_load_and_run_at_the_same_time_in_one_worker(tmp_path: Path) -> None:
    # Seven threads want the machine here, so a run may take its time.
    worker = Worker("cpu")
    paths = [another_graph_in(tmp_path, channels) for channels in range(2, 8)]
    here = [load_graph(path) for path in paths]
    with worker, ThreadPoolExecutor(6) as pool:
        graphs = list(pool.map(worker.load, paths))
        wrong = pool.map(
            lambda place: sum(
                bool((graphs[place].run(*drawn(here[place], n))[0] != here[place].run(*drawn(here[place], n))[0]).any())
                for n in range(50)
            ),
            range(6),
        )
        assert list(wrong) == [0] * 6


def test_what_was_returned_is_a_copy(worker: Worker, tmp_path: Path) -> None:
    graph = worker.load(graph_in(tmp_path))
    first = graph.run(*drawn(graph, 1))[0]
    kept = first.copy()
    assert (graph.run(*drawn(graph, 2))[0] != first).any()
    np.testing.assert_array_equal(first, kept)


def test_wrong_shapes_are_refused_and_harm_nothing(worker: Worker, tmp_path: Path) -> None:
    graph = worker.load(graph_in(tmp_path))
    cells, field = drawn(graph)
    for arrays in ([cells], [field, cells], [cells, field[:, :-1]], [cells.astype(np.float32), field]):
        with pytest.raises(ShapeError):
            graph.run(*arrays)
    assert graph.run(cells, field)[0].std() > 1


def test_a_stopped_worker_is_a_stall_that_takes_its_graphs_with_it(worker: Worker, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    graph, other = worker.load(path), worker.load(another_graph_in(tmp_path))
    wanted = graph.run(*drawn(graph))[0]
    before = pid_of(worker)
    halt(before)
    with pytest.raises(Stalled, match=r"no answer while it ran small\.tflite") as caught:
        graph.run(*drawn(graph))
    assert str(before) in caught.value.place
    assert caught.value.cure
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)
    with pytest.raises(WorkerLost):
        other.run(*drawn(other))
    again = worker.load(path)
    assert worker.pid != before
    np.testing.assert_array_equal(again.run(*drawn(again))[0], wanted)


def test_a_killed_worker_says_by_which_signal(worker: Worker, tmp_path: Path) -> None:
    graph = worker.load(graph_in(tmp_path))
    os.kill(pid_of(worker), signal.SIGKILL)
    with pytest.raises(WorkerLost, match="by signal 9") as caught:
        graph.run(*drawn(graph))
    assert "memory" in caught.value.cure


def test_a_worker_killed_during_a_run_is_noticed_at_once(tmp_path: Path) -> None:
    with Worker("cpu", limits=Limits(run_s=50)) as worker:
        graph = worker.load(graph_in(tmp_path))
        pid = pid_of(worker)
        halt(pid)
        threading.Timer(0.1, os.kill, (pid, signal.SIGKILL)).start()
        with pytest.raises(WorkerLost, match="by signal 9"):
            graph.run(*drawn(graph))


def test_a_missing_truncated_or_damaged_file_is_the_files_error(worker: Worker, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    content = path.read_bytes()
    graph = worker.load(path)
    path.unlink()
    with pytest.raises(ModelError, match="No such file"):
        worker.load(path)
    for keep in (0, 8, 100, -200):
        path.write_bytes(content[:keep])
        with pytest.raises(ModelError) as caught:
            worker.load(path)
        assert caught.value.cure
    assert graph.run(*drawn(graph))[0].std() > 1, "the graph that was loaded before runs on"


def test_no_damage_to_a_file_reaches_the_host(worker: Worker, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    content = bytearray(path.read_bytes())
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(30):
        damaged = bytearray(content)
        for place in rng.integers(8, len(damaged), 8):
            damaged[place] ^= int(rng.integers(1, 256))
        path.write_bytes(damaged)
        try:
            graph = worker.load(path)
            graph.run(*drawn(graph))
        except PhospheneError:
            refused += 1
    assert refused
    path.write_bytes(content)
    graph = worker.load(path)
    np.testing.assert_array_equal(graph.run(*drawn(graph))[0], load_graph(path).run(*drawn(graph))[0])
