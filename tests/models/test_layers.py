# SPDX-License-Identifier: Apache-2.0
"""An int8 graph taken apart into float layers computes what the graph computes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.accelerators import ModelError, load_graph
from phosphene_tools.models.layers import Layer, Layers, channels_first, read_layers
from tests.models.flatbuffers import GraphBuilder, chain, rows_network, small_network
from tests.models.recipe_parts import spread_by_convolution

Float = NDArray[np.float32]


def computed(layers: Layers, inputs: Sequence[Float]) -> Float:
    """Return what the layers make of `inputs`: the plainest convolution there is, without strides or pads."""
    known = dict(zip(layers.inputs, inputs, strict=True))
    for layer in layers.steps:
        sources = [known[name] for name in layer.inputs]
        value = sources[0] + sources[1] if layer.kind == "add" else _linear(layer, sources[0])
        known[layer.output] = np.maximum(value, 0) if layer.relu else value
    return known[next(iter(layers.outputs))]


def _linear(layer: Layer, source: Float) -> Float:
    assert layer.weights is not None
    if layer.kind == "spread":
        value = np.einsum("nihw,iokl->nohkwl", source, layer.weights)
        n, o, h, k, w, times = value.shape
        value = value.reshape(n, o, h * k, w * times)
    else:
        windows = np.lib.stride_tricks.sliding_window_view(source, layer.weights.shape[2:], axis=(2, 3))
        value = np.einsum("nihwkl,oikl->nohw", windows, layer.weights)
    return value if layer.bias is None else value + layer.bias[:, None, None]


@pytest.mark.parametrize("content", [small_network(), rows_network(), spread_by_convolution(rows_network())])
def test_the_layers_compute_what_the_graph_does(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "graph.tflite"
    path.write_bytes(content)
    graph, layers = load_graph(path), read_layers(path)
    rng = np.random.default_rng(4)
    # Small numbers: what lies between the layers must not reach the end of its range, which float does not know.
    arrays = [rng.integers(-30, 31, spec.shape).astype(np.int8) + np.int8(spec.zero_point) for spec in graph.inputs]
    reals: list[Any] = [channels_first(spec.dequantise(a)) for spec, a in zip(graph.inputs, arrays, strict=True)]
    assert [real.shape for real in reals] == list(layers.inputs.values())
    got = channels_first(graph.outputs[0].dequantise(graph.run(*arrays)[0]))
    spec = graph.outputs[0]
    wanted = computed(layers, reals).clip((-128 - spec.zero_point) * spec.scale, (127 - spec.zero_point) * spec.scale)
    error = np.square(wanted - got).sum() / np.square(wanted).sum()
    assert error < 3e-3, "25 dB"


def test_a_convolution_and_its_reshape_are_one_layer(tmp_path: Path) -> None:
    before, after = tmp_path / "before.tflite", tmp_path / "after.tflite"
    before.write_bytes(rows_network())
    after.write_bytes(spread_by_convolution(rows_network()))
    kinds = [[layer.kind for layer in read_layers(path).steps] for path in (before, after)]
    assert kinds == [["spread", "spread", "add", "conv"]] * 2
    for one, other in zip(read_layers(before).steps, read_layers(after).steps, strict=True):
        assert (one.weights is None) == (other.weights is None)
        assert one.weights is None or np.array_equal(one.weights, other.weights)  # type: ignore[arg-type]


def test_rows_become_pictures_of_one_point(tmp_path: Path) -> None:
    builder = GraphBuilder()
    source, end = builder.activation((1, 6)), builder.activation((1, 3), scale=0.2)
    weights = np.random.default_rng(0).integers(-127, 128, (3, 6)).astype(np.int8)
    builder.operator("FULLY_CONNECTED", [source, builder.constant(weights, [0.01] * 3)], [end])
    path = tmp_path / "rows.tflite"
    path.write_bytes(builder.content([source], [end]))
    layers = read_layers(path)
    assert layers.inputs == {"t0": (1, 6, 1, 1)}
    (layer,) = layers.steps
    assert layer.weights is not None
    assert np.allclose(layer.weights[:, :, 0, 0], weights * 0.01)


def test_an_operator_without_a_float_layer_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.tflite"
    path.write_bytes(chain("TRANSPOSE", (1, 8, 8, 4), (1, 4, 8, 8), np.array([0, 3, 1, 2], np.int32)))
    with pytest.raises(ModelError, match="operator 1 TRANSPOSE can't be taken apart"):
        read_layers(path)
