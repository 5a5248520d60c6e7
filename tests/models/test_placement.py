# SPDX-License-Identifier: Apache-2.0
"""The predictions against what compilers and drivers are known to do; each case names where that was published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from phosphene_tools.models.edgetpu import predict_edgetpu
from phosphene_tools.models.graph import read_graph
from phosphene_tools.models.placement import placements
from phosphene_tools.models.score import score, score_pair
from phosphene_tools.models.teflon import predict_teflon
from tests.models.flatbuffers import GraphBuilder, chain, convolution, small_network


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


def written(folder: Path, content: bytes, name: str = "graph.tflite") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


PADS = np.array([[0, 0], [0, 1], [0, 1], [0, 0]], np.int32)
# Operator, shape before, shape after, constant inputs, options, mapped?, source.
# "test_data" is google-coral/test_data, where the graph lies beside its compiled form.
PUBLISHED = [
    ("TRANSPOSE", (1, 8, 8, 4), (1, 4, 8, 8), (ints(0, 3, 1, 2),), {}, False, "issues 242, 342, 433"),
    (
        "RESIZE_BILINEAR",
        (1, 1, 1, 256),
        (1, 33, 33, 256),
        (ints(33, 33),),
        {},
        False,
        "test_data, deeplabv3_mnv2_pascal",
    ),
    ("RESIZE_BILINEAR", (1, 33, 33, 19), (1, 513, 513, 19), (ints(513, 513),), {}, False, "test_data, deeplab slim"),
    ("RESIZE_BILINEAR", (1, 24, 24, 32), (1, 48, 48, 32), (ints(48, 48),), {}, True, "test_data, movenet lightning"),
    ("RESIZE_BILINEAR", (1, 33, 33, 19), (1, 33, 33, 19), (ints(33, 33),), {}, True, "test_data, deeplab slim"),
    ("PAD", (1, 512, 512, 3), (1, 513, 513, 3), (PADS,), {}, True, "test_data, bodypix 512"),
    ("MEAN", (1, 256, 128, 3), (1, 3), (ints(1, 2),), {}, False, "issue 461"),
    ("MEAN", (1, 64, 128, 3), (1, 3), (ints(1, 2),), {}, True, "issue 461"),
    ("GELU", (1, 8, 8, 4), (1, 8, 8, 4), (), {}, False, "issues 667, 818"),
    ("LEAKY_RELU", (1, 8, 8, 4), (1, 8, 8, 4), (), {}, False, "issue 272"),
    ("HARD_SWISH", (1, 8, 8, 4), (1, 8, 8, 4), (), {}, False, "issue 272"),
    ("ARG_MAX", (1, 8, 8, 4), (1, 8, 8), (ints(3),), {}, False, "test_data, deeplabv3_mnv2_pascal"),
    ("SOFTMAX", (1, 1001), (1, 1001), (), {}, True, "test_data, mobilenet_v1"),
    ("AVERAGE_POOL_2D", (1, 33, 33, 160), (1, 1, 1, 160), (), {}, True, "test_data, deeplabv3_mnv2"),
    ("AVERAGE_POOL_2D", (1, 8, 8, 4), (1, 1, 1, 4), (), {"fusedActivationFunction": 1}, False, "table of operations"),
    ("SOFTMAX", (1, 4, 16), (1, 4, 16), (), {}, False, "table of operations"),
    (
        "STRIDED_SLICE",
        (1, 8, 8, 4),
        (1, 4, 4, 4),
        (ints(0, 0, 0, 0), ints(1, 8, 8, 4), ints(1, 2, 2, 1)),
        {},
        False,
        "table",
    ),
    ("LOGISTIC", (2, 8, 8, 4), (2, 8, 8, 4), (), {}, False, "requirements: three inner dimensions"),
]


@pytest.mark.parametrize(("name", "before", "after", "extra", "options", "mapped", "source"), PUBLISHED)
def test_published_results_of_the_edgetpu_compiler(
    tmp_path: Path,
    name: str,
    before: tuple[int, ...],
    after: tuple[int, ...],
    extra: tuple[np.ndarray, ...],
    options: dict[str, int],
    mapped: bool,
    source: str,
) -> None:
    graph = read_graph(written(tmp_path, chain(name, before, after, *extra, **options)))
    under_test = next(operator for operator in predict_edgetpu(graph).operators if operator.name == name)
    assert under_test.on_chip is mapped, f"{source}: {under_test.why}"


def test_what_comes_after_the_first_refusal_stays_off_the_chip(tmp_path: Path) -> None:
    graph = read_graph(written(tmp_path, chain("TRANSPOSE", (1, 8, 8, 4), (1, 4, 8, 8), ints(0, 3, 1, 2))))
    placement = predict_edgetpu(graph)
    assert [operator.on_chip for operator in placement.operators] == [True, False, False]
    assert placement.first_off is not None
    assert placement.first_off.name == "TRANSPOSE"
    assert placement.operators[2].why == "comes after operator 1"
    assert "predicted; not run on hardware" in str(placement)


def test_a_branch_that_does_not_depend_on_it_stays_on_the_chip(tmp_path: Path) -> None:
    # As in test_data's movenet, whose four heads part before the first operator that is refused.
    builder = GraphBuilder()
    source = builder.activation((1, 8, 8, 3))
    trunk = convolution(builder, source)
    refused = builder.activation(builder.tensors[trunk].shape)
    builder.operator("GELU", [trunk], [refused])
    left, right = convolution(builder, refused), convolution(builder, trunk)
    graph = read_graph(written(tmp_path, builder.content([source], [left, right])))
    assert [operator.on_chip for operator in predict_edgetpu(graph).operators] == [True, False, False, True]


def test_an_addition_right_after_a_padding_is_refused(tmp_path: Path) -> None:
    # google-coral/edgetpu issue 690.
    builder = GraphBuilder()
    source = builder.activation((1, 9, 9, 4))
    small = convolution(builder, source)
    padded, total = builder.activation((1, 8, 8, 4)), builder.activation((1, 8, 8, 4))
    builder.operator("PAD", [small, builder.constant(PADS)], [padded])
    other = convolution(builder, source, kernel=2)
    builder.operator("ADD", [padded, other], [total])
    graph = read_graph(written(tmp_path, builder.content([source], [total])))
    off = predict_edgetpu(graph).first_off
    assert off is not None
    assert off.name == "ADD"


def test_int16_activations_and_uneven_dilation_are_refused(tmp_path: Path) -> None:
    builder = GraphBuilder()
    source, end = builder.activation((1, 4), "int16"), builder.activation((1, 4), "int16")
    builder.operator("RELU", [source], [end])
    wide = predict_edgetpu(read_graph(written(tmp_path, builder.content([source], [end]))))
    assert wide.operators[0].why == "int16 activations"
    builder = GraphBuilder()
    source = builder.activation((1, 9, 9, 3))
    end = convolution(builder, source, dilation=(1, 2))
    uneven = predict_edgetpu(read_graph(written(tmp_path, builder.content([source], [end]))))
    assert uneven.operators[0].why == "dilation differs between x and y"


def test_a_network_as_we_build_them_goes_wholly_onto_the_edgetpu(tmp_path: Path) -> None:
    path = written(tmp_path, small_network())
    assert predict_edgetpu(read_graph(path)).first_off is None
    assert placements(path)["edgetpu"] == "wholly, 4 operators; predicted; not run on hardware"


def test_weights_beyond_the_chip_are_noted(tmp_path: Path) -> None:
    builder = GraphBuilder()
    source, end = builder.activation((1, 3000)), builder.activation((1, 3000))
    weights = builder.constant(np.ones((3000, 3000), np.int8), [0.01])
    builder.operator("FULLY_CONNECTED", [source, weights], [end])
    placement = predict_edgetpu(read_graph(written(tmp_path, builder.content([source], [end]))))
    assert placement.first_off is None
    assert "streamed" in placement.notes[0]


def test_teflon_takes_per_tensor_convolutions_and_leaves_per_channel_ones(tmp_path: Path) -> None:
    builder = GraphBuilder()
    source = builder.activation((1, 9, 9, 3))
    per_channel = convolution(builder, source)
    end = builder.activation((1, 5, 5, 4))
    weights = builder.constant(np.ones((4, 3, 3, 4), np.int8), [0.01])
    builder.operator("CONV_2D", [per_channel, weights, builder.constant(np.ones(4, np.int32), [0.0005])], [end])
    placement = predict_teflon(read_graph(written(tmp_path, builder.content([source], [end]))))
    assert [operator.on_chip for operator in placement.operators] == [False, True]
    assert placement.operators[0].why == "weights are quantised per channel"
    assert placement.notes


def test_teflon_takes_additions_of_activations_only(tmp_path: Path) -> None:
    placement = predict_teflon(read_graph(written(tmp_path, small_network())))
    assert [operator.on_chip for operator in placement.operators] == [False, False, True, False]
    graph = chain("ADD", (1, 8, 8, 4), (1, 8, 8, 4), np.ones(4, np.int8))
    constant = predict_teflon(read_graph(written(tmp_path, graph)))
    assert constant.operators[1].why == "an addition of a constant"


def test_a_pair_is_scored_by_what_the_compiler_left(tmp_path: Path) -> None:
    written(tmp_path, chain("GELU", (1, 8, 8, 4), (1, 8, 8, 4)), "a.tflite")
    # As if the compiler had left the RESHAPE alone and taken the GELU, and mapped the convolution.
    builder = GraphBuilder()
    source, middle, end = (
        builder.activation((1, 10, 10, 3)),
        builder.activation((1, 8, 8, 4)),
        builder.activation((1, 256)),
    )
    builder.operator("CUSTOM", [source], [middle])
    builder.codes[0].customCode = b"edgetpu-custom-op"
    builder.operator("RESHAPE", [middle, builder.constant(ints(1, 256))], [end])
    compiled = written(tmp_path, builder.content([source], [end]), "a_edgetpu.tflite")
    result = score_pair(tmp_path / "a.tflite", compiled)
    assert (result.left, result.predicted_left) == (1, 2)
    assert (result.too_hopeful, result.too_gloomy) == (0, 1)
    assert score(tmp_path) == [result]
