# SPDX-License-Identifier: Apache-2.0
"""A watched accelerator that several threads use: each gets its results, and what happened is told once."""

from __future__ import annotations

import threading
from pathlib import Path

from phosphene.accelerators import Event, load_graph
from phosphene.accelerators.errors import AcceleratorError
from phosphene.accelerators.journal import Journal
from phosphene.accelerators.protocol import KillableGraph
from tests.accelerators.environments import another_graph_in, drawn, graph_in, halt
from tests.accelerators.supervising import Watched, same, until, watched

__all__ = ["watched"]


def test_every_thread_gets_right_results_while_the_worker_dies(watched: Watched, tmp_path: Path) -> None:
    paths = [graph_in(tmp_path), another_graph_in(tmp_path)]
    graphs = [watched.chip.load(path) for path in paths]
    answers: list[bool] = []

    def work(place: int) -> None:
        answers.extend(same(graphs[place], paths[place], seed) for seed in range(60))

    threads = [threading.Thread(target=work, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    until(lambda: len(answers) > 10)
    watched.kill()
    for thread in threads:
        thread.join()
    assert answers == [True] * 120
    assert watched.told() == ["ended", "restarted"], "one death is one failure, whoever meets it"


def test_a_graph_that_was_being_loaded_when_the_worker_was_restarted_gets_its_seat(
    watched: Watched, tmp_path: Path
) -> None:
    path, other = graph_in(tmp_path), another_graph_in(tmp_path)
    graph = watched.chip.load(path)
    load = watched.worker.load

    def slow(asked: Path) -> KillableGraph:
        loaded = load(asked)
        if asked == other and not watched.events:
            # Between loading a graph and seating it, the worker ends and another graph's run brings up a new one.
            watched.kill()
            assert same(graph, path)
        return loaded

    watched.worker.load = slow  # pyright: ignore[reportAttributeAccessIssue]
    late = watched.chip.load(other)
    assert watched.told() == ["ended", "restarted"]
    assert late.on_chip
    assert same(late, other)
    assert watched.told() == ["ended", "restarted"], "it sits in the new worker, not in the dead one"
    assert watched.chip.status().well


def test_a_stall_is_told_as_one_whichever_graph_meets_it_first(watched: Watched, tmp_path: Path) -> None:
    paths = [graph_in(tmp_path), *(another_graph_in(tmp_path, channels) for channels in (4, 5, 6, 7))]
    graphs = [watched.chip.load(path) for path in paths]
    for graph in graphs:
        for _ in range(8):
            graph.run(*drawn(graph))
    halt(watched.pid)
    threads = [threading.Thread(target=graph.run, args=drawn(graph)) for graph in graphs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert watched.told() == ["stalled", "restarted"]
    assert "gave no answer while it ran " in watched.events[0].why
    assert "signal 9" not in watched.events[0].why, "the kill was ours"


def test_threads_load_and_run_at_the_same_time_while_the_worker_dies(watched: Watched, tmp_path: Path) -> None:
    first = graph_in(tmp_path)
    graph = watched.chip.load(first)
    paths = [another_graph_in(tmp_path, channels) for channels in (4, 5, 6, 7)]
    answers: list[bool] = []

    def work(path: Path) -> None:
        for _ in range(4):
            loaded = watched.chip.load(path)
            answers.extend(same(loaded, path, seed) for seed in range(4))

    threads = [threading.Thread(target=work, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    until(lambda: len(answers) > 4)
    watched.kill()
    for thread in threads:
        thread.join()
    assert answers == [True] * 64
    assert same(graph, first)
    assert watched.told().count("restarted") == 1
    assert {event.runs_on for event in watched.events} == {"cpu"}, "none was left on the stand-by"


def test_what_is_loaded_after_the_end_starts_no_worker(watched: Watched, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    watched.chip.close()
    assert same(watched.chip.load(path), path)
    assert watched.worker.pid is None
    assert not watched.events


def test_one_graph_may_be_shared_by_threads(watched: Watched, tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    graph = watched.chip.load(path)
    wanted = load_graph(path).run(*drawn(graph))[0]
    answers: list[bool] = []

    def work() -> None:
        answers.extend(bool((graph.run(*drawn(graph))[0] == wanted).all()) for _ in range(100))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 400
    assert watched.chip.status().graphs[0].on_chip == 400


def test_events_are_told_once_and_in_order_from_any_threads() -> None:
    told: list[Event] = []
    journal = Journal("cpu", told.append)

    def work(place: int) -> None:
        for number in range(500):
            journal.note("failed", f"{place}", "cpu", AcceleratorError(f"{number}"))
            journal.tell()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 2000
    for place in range(4):
        assert [int(event.why) for event in told if event.graph == str(place)] == list(range(500))
