# SPDX-License-Identifier: Apache-2.0
"""A graph is loaded once for all who ask, and anew after it failed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from numpy.typing import NDArray

from phosphene.accelerators import AcceleratorError, Cpu, Graph, ModelError, ShapeError
from phosphene.accelerators.kept import Kept
from tests.accelerators.environments import another_graph_in, drawn, graph_in
from tests.accelerators.supervising import same


class Counting(Cpu):
    """The CPU, which counts what it loads; `broken` makes each run fail."""

    loaded: list[Path] = []
    broken: list[bool] = []

    def load(self, path: Path) -> Any:
        self.loaded.append(path)
        return Breakable(super().load(path), self.broken)


class Breakable:
    def __init__(self, graph: Graph, broken: list[bool]) -> None:
        self._graph, self._broken = graph, broken
        self.inputs, self.outputs, self.describe = graph.inputs, graph.outputs, graph.describe

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        if self._broken:
            raise AcceleratorError("it broke", place="here", cure="load it again")
        return self._graph.run(*arrays)


@pytest.fixture
def cpu() -> Counting:
    Counting.loaded, Counting.broken = [], []
    return Counting()


def test_each_file_is_loaded_once_for_whoever_asks(tmp_path: Path, cpu: Counting) -> None:
    one, other = graph_in(tmp_path), another_graph_in(tmp_path)
    kept = Kept(cpu)
    graphs = [kept.load(path) for path in (one, other, one, one)]
    assert cpu.loaded == [one, other]
    assert graphs[0] is graphs[2] is graphs[3]
    assert same(graphs[0], one)
    assert same(graphs[1], other)
    assert (kept.name, graphs[0].describe().file) == ("cpu", one)
    with pytest.raises(ShapeError):
        graphs[0].run()
    assert kept.load(one) is graphs[0], "who asked wrongly broke nothing"


def test_a_graph_that_failed_is_loaded_anew_for_the_next(tmp_path: Path, cpu: Counting) -> None:
    path = graph_in(tmp_path)
    kept = Kept(cpu)
    graph = kept.load(path)
    cpu.broken.append(True)
    with pytest.raises(AcceleratorError, match="it broke"):
        graph.run(*drawn(graph))
    cpu.broken.clear()
    again = kept.load(path)
    assert again is not graph
    assert same(again, path)


def test_what_could_not_be_loaded_is_tried_again(tmp_path: Path, cpu: Counting) -> None:
    path = graph_in(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(b"no graph")
    kept = Kept(cpu)
    with pytest.raises(ModelError):
        kept.load(path)
    path.write_bytes(whole)
    assert same(kept.load(path), path)
