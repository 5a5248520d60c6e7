# SPDX-License-Identifier: Apache-2.0
"""Transposed convolutions along a row, written as plain ones: the same bits from operators that chips take."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from phosphene.accelerators import load_graph
from phosphene_tools.models.edgetpu import predict_edgetpu
from phosphene_tools.models.graph import read_graph
from tests.models.flatbuffers import GraphBuilder, convolution, rows_network, small_network
from tests.models.recipe_parts import spread_by_convolution


@pytest.mark.parametrize("kernels", ["xnnpack", "reference"])
def test_the_same_bits_come_out(tmp_path: Path, kernels: str) -> None:
    before, after = tmp_path / "before.tflite", tmp_path / "after.tflite"
    before.write_bytes(rows_network())
    after.write_bytes(spread_by_convolution(rows_network()))
    graphs = [load_graph(path, kernels=kernels) for path in (before, after)]  # type: ignore[arg-type]
    rng = np.random.default_rng(0)
    for _ in range(20):
        arrays = [rng.integers(-128, 128, spec.shape).astype(np.int8) for spec in graphs[0].inputs]
        (wanted,), (got,) = (graph.run(*arrays) for graph in graphs)
        assert np.array_equal(wanted, got)
        assert np.unique(wanted).size > 50, "a picture that says something"


def test_what_chips_doubt_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "rows.tflite"
    path.write_bytes(rows_network())
    assert any("TRANSPOSE_CONV" in note for note in predict_edgetpu(read_graph(path)).notes)
    path.write_bytes(spread_by_convolution(rows_network()))
    graph = read_graph(path)
    assert [operator.name for operator in graph.operators] == [
        "CONV_2D", "RESHAPE", "CONV_2D", "RESHAPE", "ADD", "CONV_2D",
    ]  # fmt: skip
    assert predict_edgetpu(graph).first_off is None
    assert predict_edgetpu(graph).notes == ()


def test_other_graphs_stay_as_they_are() -> None:
    once = spread_by_convolution(rows_network())
    assert spread_by_convolution(once) == once
    assert spread_by_convolution(small_network()) == small_network()
    overlapping = GraphBuilder()
    source = overlapping.activation((1, 4, 4, 3))
    weights = overlapping.constant(np.ones((2, 2, 2, 3), np.int8), [0.1, 0.2])
    end = overlapping.activation((1, 8, 8, 2))
    shape = overlapping.constant(np.array([1, 8, 8, 2], np.int32))
    overlapping.operator("TRANSPOSE_CONV", [shape, weights, source], [end], padding=1, strideH=2, strideW=2)
    content = overlapping.content([source], [convolution(overlapping, end)])
    assert spread_by_convolution(content) == content, "two dimensions can't be read as one row"


def test_a_large_reshape_is_a_doubt(tmp_path: Path) -> None:
    path = tmp_path / "wide.tflite"
    for width, doubted in ((1020, False), (1030, True)):
        builder = GraphBuilder()
        source, wide = builder.activation((1, 1, width, 4)), builder.activation((1, 1, width, 256))
        long = builder.activation((1, 1, width * 64, 4))
        kernel = builder.constant(np.ones((256, 1, 1, 4), np.int8), [0.1])
        options = {"padding": 1, "strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}
        builder.operator("CONV_2D", [source, kernel, builder.constant(np.zeros(256, np.int32))], [wide], **options)
        shape = builder.constant(np.array([1, 1, width * 64, 4], np.int32))
        builder.operator("RESHAPE", [wide, shape], [long])
        path.write_bytes(builder.content([source], [long]))
        assert any("RESHAPE" in note for note in predict_edgetpu(read_graph(path)).notes) is doubted
