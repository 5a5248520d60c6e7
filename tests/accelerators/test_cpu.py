# SPDX-License-Identifier: Apache-2.0
"""Graphs on the CPU: what they compute, what they refuse, and that threads don't change a bit."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.accelerators import Cpu, ModelError, ShapeError, load_graph
from tests.models.flatbuffers import GraphBuilder, convolution, small_network


@pytest.fixture
def graph_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.tflite"
    path.write_bytes(small_network())
    return path


def inputs_of(path: Path, seed: int = 0) -> list[NDArray[np.int8]]:
    rng = np.random.default_rng(seed)
    return [rng.integers(-128, 128, spec.shape).astype(np.int8) for spec in load_graph(path).inputs]


def test_a_graph_tells_its_ends(graph_file: Path) -> None:
    graph = load_graph(graph_file)
    assert [(spec.shape, spec.zero_point) for spec in graph.inputs] == [((1, 12, 16, 5), 0), ((1, 10, 14, 3), 7)]
    assert [(spec.shape, spec.dtype) for spec in graph.outputs] == [((1, 8, 12, 3), "int8")]
    assert graph.outputs[0].scale == pytest.approx(0.05)


def test_a_convolution_computes_what_its_weights_say(tmp_path: Path) -> None:
    builder = GraphBuilder()
    source = builder.activation((1, 6, 6, 2), scale=0.1, zero=3)
    end = convolution(builder, source, channels=3, seed=5)
    path = tmp_path / "one.tflite"
    path.write_bytes(builder.content([source], [end]))
    graph = load_graph(path)
    given = np.random.default_rng(1).integers(-128, 128, (1, 6, 6, 2)).astype(np.int8)
    got = graph.outputs[0].dequantise(graph.run(given)[0])
    # The same weights as the builder drew, applied in real numbers.
    rng = np.random.default_rng(5)
    weights = rng.integers(-127, 128, (3, 3, 3, 2)).astype(np.int8)
    scales = rng.uniform(0.002, 0.01, 3)
    bias = rng.integers(-500, 500, 3)
    real = 0.1 * (given.astype(np.float64) - 3)
    kernel = weights * scales[:, None, None, None]
    # A bias counts in steps of the input's scale times the weights', whatever scale its tensor declares.
    wanted = np.array(
        [
            [
                [(kernel[c] * real[0, y : y + 3, x : x + 3]).sum() + bias[c] * 0.1 * scales[c] for c in range(3)]
                for x in range(4)
            ]
            for y in range(4)
        ]
    )
    np.testing.assert_allclose(got[0], np.clip(wanted, 0, 0.05 * 255), atol=0.051)


def test_one_and_two_threads_agree_bit_for_bit(graph_file: Path) -> None:
    one, two = load_graph(graph_file, threads=1), load_graph(graph_file, threads=2)
    for seed in range(20):
        arrays = inputs_of(graph_file, seed)
        first, second = one.run(*arrays)[0], two.run(*arrays)[0]
        assert first.std() > 1, "an output that is flat would agree with anything"
        np.testing.assert_array_equal(first, second)


def test_the_reference_kernels_come_within_a_step(graph_file: Path) -> None:
    arrays = inputs_of(graph_file)
    fast = load_graph(graph_file).run(*arrays)[0].astype(int)
    reference = load_graph(graph_file, kernels="reference").run(*arrays)[0].astype(int)
    assert np.abs(fast - reference).mean() <= 1


def test_outputs_are_copies_that_the_next_run_leaves_alone(graph_file: Path) -> None:
    graph = load_graph(graph_file)
    first = graph.run(*inputs_of(graph_file, 1))[0]
    kept = first.copy()
    second = graph.run(*inputs_of(graph_file, 2))[0]
    np.testing.assert_array_equal(first, kept)
    assert (first != second).any()


def test_two_threads_may_share_a_graph(graph_file: Path) -> None:
    graph = load_graph(graph_file)
    cases = [
        (inputs_of(graph_file, seed), load_graph(graph_file).run(*inputs_of(graph_file, seed))[0]) for seed in (1, 2)
    ]
    wrong: list[int] = []

    def work(which: int) -> None:
        arrays, wanted = cases[which]
        wrong.extend(which for _ in range(300) if (graph.run(*arrays)[0] != wanted).any())

    threads = [threading.Thread(target=work, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: a[:1], "takes 2 inputs, not 1"),
        (lambda a: [a[0], a[1][:, :-1]], r"takes int8 \[1, 10, 14, 3\], not int8 \[1, 9, 14, 3\]"),
        (lambda a: [a[0].astype(np.float32), a[1]], r"not float32 \[1, 12, 16, 5\]"),
        (lambda a: [a[0].astype(np.uint8), a[1]], "not uint8"),
        (lambda a: [a[1], a[0]], "input t0"),
    ],
)
def test_wrong_inputs_are_refused_by_name(graph_file: Path, change: Any, words: str) -> None:
    with pytest.raises(ShapeError, match=words):
        load_graph(graph_file).run(*change(inputs_of(graph_file)))


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file") as caught:
        load_graph(tmp_path / "none.tflite")
    assert caught.value.place.endswith("none.tflite")
    assert caught.value.cure


@pytest.mark.parametrize("keep", [0, 3, 8, 100, 1000, -200, -1])
def test_a_truncated_file_is_one_clear_error(graph_file: Path, keep: int) -> None:
    graph_file.write_bytes(graph_file.read_bytes()[:keep])
    with pytest.raises(ModelError) as caught:
        load_graph(graph_file)
    assert caught.value.place
    assert caught.value.cure


def test_a_flipped_bit_is_caught_by_the_card(graph_file: Path) -> None:
    content = bytearray(graph_file.read_bytes())
    digest = hashlib.sha256(content).hexdigest()
    (graph_file.parent / "card.toml").write_text(f'[graphs."small.tflite"]\nsha256 = "{digest}"\n')
    load_graph(graph_file)
    # In the middle of the weights, where the graph stays well-formed and only its answers are wrong.
    content[content.index(small_network()[-400:-380])] ^= 0x10
    graph_file.write_bytes(content)
    with pytest.raises(ModelError, match="damaged or was replaced"):
        load_graph(graph_file)


def test_a_damaged_card_protects_nothing_and_is_refused(graph_file: Path) -> None:
    (graph_file.parent / "card.toml").write_text("[graphs\n")
    with pytest.raises(ModelError, match="the card can't be read"):
        load_graph(graph_file)


def test_floats_need_to_be_asked_for(tmp_path: Path) -> None:
    builder = GraphBuilder()
    source, end = builder.activation((1, 4), "float32"), builder.activation((1, 4), "float32")
    builder.operator("RELU", [source], [end])
    path = tmp_path / "float.tflite"
    path.write_bytes(builder.content([source], [end]))
    with pytest.raises(ModelError, match="float32, and only quantised int8"):
        load_graph(path)
    graph = Cpu(allow_float=True).load(path)
    np.testing.assert_array_equal(graph.run(np.array([[-1, 0, 1, 2]], np.float32))[0], [[0, 0, 1, 2]])


def test_a_description_says_where_each_operator_runs(graph_file: Path) -> None:
    description = load_graph(graph_file).describe()
    assert [operator.name for operator in description.operators] == ["CONV_2D", "CONV_2D", "ADD", "CONV_2D"]
    assert {operator.runs_on for operator in description.operators} == {"cpu"}
    assert description.fell_back == 0
    assert description.sha256 == hashlib.sha256(graph_file.read_bytes()).hexdigest()
