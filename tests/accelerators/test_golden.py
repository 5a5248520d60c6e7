# SPDX-License-Identifier: Apache-2.0
"""Golden results: made from seeds, held against back-ends, and silent about no difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.accelerators import Description, Graph, ModelError, TensorSpec, Worker, load_graph
from phosphene.accelerators.golden import Tolerance, compare, golden_inputs, make_golden, read_golden, snr_db
from phosphene_tools.models.golden import write_golden
from tests.accelerators.environments import another_graph_in, graph_in
from tests.models.flatbuffers import GraphBuilder, convolution, rows_network


class Off:
    """A back-end that answers each run with every `each`-th value moved by `steps`."""

    def __init__(self, graph: Graph, steps: int, each: int) -> None:
        self.graph, self.steps, self.each = graph, steps, each

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        return self.graph.inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self.graph.outputs

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        results = self.graph.run(*arrays)
        for result in results:
            flat = result.reshape(-1)
            flat[:: self.each] = np.clip(flat[:: self.each].astype(int) + self.steps, -128, 127)
        return results

    def describe(self) -> Description:
        return self.graph.describe()


def test_inputs_are_the_same_on_every_machine() -> None:
    spec = TensorSpec("any", (1, 2, 3), 0.1, 0)
    # The first six bytes of the SHAKE-256 of "phosphene 1 0", as signed numbers.
    first, second = golden_inputs([spec, spec], 1)
    assert first.tolist() == [[[24, -118, -39], [-56, -27, 47]]]
    assert (first != second).any()


@pytest.mark.parametrize("kernels", ["xnnpack", "reference"])
def test_the_cpu_passes(tmp_path: Path, kernels: Any) -> None:
    path = graph_in(tmp_path)
    write_golden(tmp_path, [path, another_graph_in(tmp_path)])
    result = compare(load_graph(path, kernels=kernels), path, read_golden(path))
    assert result.problems == ()
    assert result.reference
    (difference,) = result.differences
    assert difference.snr_db > 40
    assert result.runs_on == {"cpu": 4}
    if kernels == "reference":
        assert (difference.mean_steps, difference.most_steps, difference.snr_db) == (0, 0, 150)


def test_a_worker_passes(tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    write_golden(tmp_path, [path])
    with Worker("cpu") as worker:
        assert compare(worker.load(path), path, read_golden(path)).problems == ()


@pytest.mark.parametrize(("steps", "each", "well"), [(1, 1, True), (2, 1, False), (120, 50, False), (1, 3, True)])
def test_the_tolerance_has_two_ends(tmp_path: Path, steps: int, each: int, well: bool) -> None:
    path = graph_in(tmp_path)
    off = Off(load_graph(path, kernels="reference"), steps, each)
    assert (compare(off, path, make_golden(path, [1])).problems == ()) is well


def test_a_deep_graph_may_differ_as_its_own_fast_kernels_do(tmp_path: Path) -> None:
    builder = GraphBuilder()
    source = end = builder.activation((1, 12, 12, 24))
    for layer in range(40):
        end = convolution(builder, end, channels=24, kernel=1, seed=layer)
    path = tmp_path / "deep.tflite"
    path.write_bytes(builder.content([source], [end]))
    golden = make_golden(path, [1, 2])
    (difference,) = compare(load_graph(path), path, golden).differences
    (allowed,) = golden.tolerances
    assert difference.well
    assert allowed.mean_steps == max(1.0, round(2 * difference.mean_steps, 2))
    assert allowed.snr_db == min(30.0, round(difference.snr_db - 6, 1))
    assert allowed != Tolerance(), "else this graph is not deep enough to show it"
    assert not compare(Off(load_graph(path, kernels="reference"), 90, 1), path, golden).differences[0].well


def test_other_reference_kernels_are_told(tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    golden = make_golden(path, [1])
    golden.outputs[1] = "0" * 64
    assert "reference kernels give other outputs" in compare(load_graph(path), path, golden).problems[0]


def test_golden_results_of_other_weights_or_none_are_refused(tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    with pytest.raises(ModelError, match="no golden results") as caught:
        read_golden(path)
    assert caught.value.cure.endswith("--write")
    file = write_golden(tmp_path, [path])
    assert read_golden(path) == make_golden(path, [1, 2, 3])
    path.write_bytes(rows_network())
    with pytest.raises(ModelError, match="not of this"):
        read_golden(path)
    for content in ("graphs = 3", "[[[", '[graphs."small.tflite"]\nsha256 = "x"\noutputs = 3'):
        file.write_text(content)
        with pytest.raises(ModelError):
            read_golden(path)


def test_decibels() -> None:
    wanted = np.array([3.0, 4.0])
    assert snr_db(wanted, 1.1 * wanted) == pytest.approx(20)
    assert snr_db(wanted, wanted) == 150
    assert snr_db(np.zeros(2), wanted) < 0
