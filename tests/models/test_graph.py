# SPDX-License-Identifier: Apache-2.0
"""Reading a graph: what it consists of, what it costs, and that damage is one clear error."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import numpy as np
import pytest

from phosphene.accelerators import ModelError
from phosphene_tools.models.graph import read_graph
from tests.models.flatbuffers import GraphBuilder, convolution, small_network


@pytest.fixture
def graph_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.tflite"
    path.write_bytes(small_network())
    return path


def test_operators_tensors_and_options_are_read(graph_file: Path) -> None:
    graph = read_graph(graph_file)
    assert [operator.name for operator in graph.operators] == ["CONV_2D", "CONV_2D", "ADD", "CONV_2D"]
    first = graph.operators[0]
    assert [tensor.shape for tensor in first.inputs] == [(1, 12, 16, 5), (4, 3, 3, 5), (4,)]
    assert [tensor.constant for tensor in first.inputs] == [False, True, True]
    assert len(first.inputs[1].scales) == 4, "one scale per output channel"
    assert first.options["strideW"] == 1
    assert [tensor.shape for tensor in graph.inputs] == [(1, 12, 16, 5), (1, 10, 14, 3)]


def test_costs_are_counted(graph_file: Path) -> None:
    graph = read_graph(graph_file)
    convolutions = 10 * 14 * 4 * 45, 10 * 14 * 4 * 3, 8 * 12 * 3 * 36
    assert graph.multiply_accumulates == sum(convolutions)
    # Weights of one byte, biases of four.
    assert graph.weight_bytes == (180 + 16) + (12 + 16) + (108 + 12)


def test_the_peak_of_activations_follows_their_lives(graph_file: Path) -> None:
    # At the first convolution: both inputs (the second is still to be read) and the first result.
    assert read_graph(graph_file).activation_peak == max(960 + 420 + 560, 420 + 560 + 560, 3 * 560, 560 + 288)


def test_a_long_chain_needs_no_more_than_two_neighbours(tmp_path: Path) -> None:
    builder = GraphBuilder()
    end = source = builder.activation((1, 20, 20, 4))
    for _ in range(5):
        end = convolution(builder, end)
    path = tmp_path / "chain.tflite"
    path.write_bytes(builder.content([source], [end]))
    assert read_graph(path).activation_peak == 20 * 20 * 4 + 18 * 18 * 4


def test_a_shape_that_varies_is_told(tmp_path: Path) -> None:
    builder = GraphBuilder()
    source, end = builder.activation((-1, 4)), builder.activation((-1, 4))
    builder.operator("RELU", [source], [end])
    path = tmp_path / "varies.tflite"
    path.write_bytes(builder.content([source], [end]))
    assert [tensor.shape for tensor in read_graph(path).inputs] == [(-1, 4)]
    assert not read_graph(path).inputs[0].static


def test_every_damage_is_a_model_error_or_still_a_graph(graph_file: Path) -> None:
    whole = graph_file.read_bytes()
    rng = random.Random(1)
    refused = 0
    for case in range(300):
        damaged = bytearray(whole)
        if case % 2:
            damaged = damaged[: rng.randrange(len(whole))]
        else:
            for _ in range(8):
                damaged[rng.randrange(8, len(damaged))] = rng.randrange(256)
        graph_file.write_bytes(damaged)
        # Any other exception fails the test.
        with contextlib.suppress(ModelError):
            read_graph(graph_file)
            continue
        refused += 1
    assert refused > 100


def test_weights_survive_reading(tmp_path: Path) -> None:
    builder = GraphBuilder()
    source, end = builder.activation((1, 4, 4, 2)), builder.activation((1, 6, 6, 2))
    builder.operator("PAD", [source, builder.constant(np.array([[0, 0], [1, 1], [1, 1], [0, 0]], np.int32))], [end])
    path = tmp_path / "pad.tflite"
    path.write_bytes(builder.content([source], [end]))
    assert read_graph(path).operators[0].constants == {1: (0, 0, 1, 1, 1, 1, 0, 0)}
