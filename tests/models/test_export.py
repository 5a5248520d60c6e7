# SPDX-License-Identifier: Apache-2.0
"""From a torch module to an int8 graph: the kinds of network that we build, and the traps on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from phosphene.accelerators import load_graph
from phosphene.errors import PhospheneError
from phosphene_tools.models.card import Card
from phosphene_tools.models.edgetpu import predict_edgetpu
from phosphene_tools.models.graph import read_graph
from phosphene_tools.models.integer import problems
from tests.models.workshop import card, export, nn, onnx_export, torch


def painter_like(upsample: bool) -> Any:
    """Return two inputs, each convolved by itself, VALID convolutions, a residual, and a way back to pixels."""

    class Network(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.cells, self.field = nn.Conv2d(12, 16, 3), nn.Conv2d(8, 16, 1)
            self.block, self.mix = nn.Conv2d(16, 16, 3), nn.Conv2d(16, 16, 1)
            self.out = nn.ConvTranspose2d(16, 3, 4, 4) if upsample else nn.Conv2d(16, 3, 1)

        def forward(self, cells: Any, field: Any) -> Any:
            hidden = torch.relu(self.cells(cells) + self.field(field))
            hidden = torch.relu(self.block(hidden))
            return self.out(torch.relu(hidden + self.mix(hidden)))

    torch.manual_seed(1)
    return Network()


def samples(count: int, *shapes: tuple[int, ...]) -> list[tuple[Any, ...]]:
    generator = torch.Generator().manual_seed(2)
    return [tuple(torch.randn(shape, generator=generator) for shape in shapes) for _ in range(count)]


SHAPES = ((1, 12, 12, 16), (1, 8, 10, 14))


@pytest.mark.parametrize("upsample", [True, False])
def test_a_painter_like_network_becomes_a_static_int8_graph(tmp_path: Path, upsample: bool) -> None:
    module = painter_like(upsample)
    out = tmp_path / "renderer.tflite"
    report = export.to_int8(
        module,
        samples(1, *SHAPES)[0],
        samples(40, *SHAPES),
        out,
        input_names=["cells", "field"],
        output_names=["pixels"],
        output_ranges=[(-1.0, 1.0)],
    )
    graph = read_graph(out)
    assert problems(graph) == []
    last = "TRANSPOSE_CONV" if upsample else "CONV_2D"
    assert report.operators == ("CONV_2D", "CONV_2D", "ADD", "CONV_2D", "CONV_2D", "ADD", last)
    assert [(spec.name, spec.shape) for spec in report.inputs] == [
        ("cells", (1, 12, 16, 12)),
        ("field", (1, 10, 14, 8)),
    ]
    assert report.outputs[0].scale == pytest.approx(2 / 255)
    assert min(report.snr_db) > 28
    assert min(report.float_snr_db) > 100
    assert predict_edgetpu(graph).first_off is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["renderer.tflite"]
    weights = [tensor for tensor in graph.tensors if tensor.constant and tensor.dtype == "int8"]
    assert all(len(tensor.scales) > 1 for tensor in weights), "one scale per channel"


def test_the_graph_computes_what_the_module_does(tmp_path: Path) -> None:
    module, out = painter_like(upsample=False), tmp_path / "renderer.tflite"
    export.to_int8(module, samples(1, *SHAPES)[0], samples(40, *SHAPES), out)
    cells, field = samples(60, *SHAPES)[-1]
    graph = load_graph(out)
    arrays = [
        spec.quantise(tensor.permute(0, 2, 3, 1).numpy())
        for spec, tensor in zip(graph.inputs, (cells, field), strict=True)
    ]
    got = graph.outputs[0].dequantise(graph.run(*arrays)[0])
    wanted = module(cells, field).detach().permute(0, 2, 3, 1).numpy()
    assert export.snr_db(wanted, got) > 28


def test_a_network_of_fully_connected_layers(tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(40, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    out = tmp_path / "tokens.tflite"
    report = export.to_int8(module, samples(1, (1, 40))[0], samples(50, (1, 40)), out)
    assert report.operators == ("FULLY_CONNECTED",) * 3
    assert predict_edgetpu(read_graph(out)).first_off is None


def test_a_module_in_channels_last_order_exports_right(tmp_path: Path) -> None:
    plain, last = painter_like(upsample=False), painter_like(upsample=False).to(memory_format=torch.channels_last)
    assert not last.block.weight.is_contiguous()
    for module, name in ((plain, "a"), (last, "b")):
        export.to_int8(module, samples(1, *SHAPES)[0], samples(10, *SHAPES), tmp_path / f"{name}.tflite")
    assert (tmp_path / "a.tflite").read_bytes() == (tmp_path / "b.tflite").read_bytes()
    assert not last.block.weight.is_contiguous(), "the caller's module is left as it was"


def test_ranges_of_pixels_are_kept(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Conv2d(4, 3, 1))
    report = export.to_int8(
        module,
        samples(1, (1, 3, 8, 8))[0],
        [(torch.rand(1, 3, 8, 8) * 0.5,) for _ in range(10)],
        tmp_path / "x.tflite",
        input_ranges=[(0.0, 1.0)],
        floor_db=20,
    )
    assert report.inputs[0].scale == pytest.approx(1 / 255)
    assert report.inputs[0].zero_point == -128


def test_concatenated_inputs_are_refused(tmp_path: Path) -> None:
    class Joined(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.convolution = nn.Conv2d(20, 8, 3)

        def forward(self, first: Any, second: Any) -> Any:
            return self.convolution(torch.cat([first, second], 1))

    shapes = ((1, 12, 8, 8), (1, 8, 8, 8))
    out = tmp_path / "joined.tflite"
    with pytest.raises(PhospheneError, match=r"moves data about|are concatenated"):
        export.to_int8(Joined(), samples(1, *shapes)[0], samples(10, *shapes), out)
    assert list(tmp_path.iterdir()) == [], "a refused graph leaves no file"


def test_a_dead_channel_is_refused_by_layer(tmp_path: Path) -> None:
    module = painter_like(upsample=True)
    with torch.no_grad():
        module.out.weight[:, 1] = 0
    with pytest.raises(PhospheneError, match="output channel 1 are zero") as caught:
        export.to_int8(module, samples(1, *SHAPES)[0], samples(10, *SHAPES), tmp_path / "x.tflite")
    assert caught.value.place == "layer out"


def test_too_little_of_the_signal_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PhospheneError, match="90 dB is asked for"):
        export.to_int8(
            painter_like(upsample=False),
            samples(1, *SHAPES)[0],
            samples(10, *SHAPES),
            tmp_path / "x.tflite",
            floor_db=90,
        )
    assert list(tmp_path.iterdir()) == []


def test_a_float_graph_stays_for_comparison_when_asked_for(tmp_path: Path) -> None:
    report = export.to_int8(
        painter_like(upsample=False),
        samples(1, *SHAPES)[0],
        samples(10, *SHAPES),
        tmp_path / "x.tflite",
        keep_float=True,
    )
    graph = load_graph(report.float_graph, allow_float=True)
    assert {spec.dtype for spec in graph.inputs} == {"float32"}


def test_signal_to_noise_in_decibels() -> None:
    assert export.snr_db(np.array([1.0, -1.0]), np.array([1.1, -0.9])) == pytest.approx(20.0)
    assert export.snr_db(np.array([1.0]), np.array([1.0])) == np.inf
    assert export.snr_db(np.array([0.0]), np.array([1.0])) == -np.inf


def test_a_card_is_made_from_the_report(tmp_path: Path) -> None:
    report = export.to_int8(
        painter_like(upsample=False), samples(1, *SHAPES)[0], samples(10, *SHAPES), tmp_path / "x.tflite"
    )
    meanings = {"input_0": "cells", "input_1": "field", "output_0": "pixels"}
    entry = card.graph_entry(report, meanings)
    made = Card(name="x", what="a test", recipe="none", seed=0, steps=0, graphs={"x.tflite": entry})
    card.write_card(tmp_path, made)
    assert load_graph(tmp_path / "x.tflite").describe().sha256 == entry.sha256
    assert "predicted; not run on hardware" in entry.placement["edgetpu"]
    with pytest.raises(PhospheneError, match="meanings and tensors differ: input_1"):
        card.graph_entry(report, {"input_0": "cells", "output_0": "pixels"})


def test_the_onnx_file_and_its_samples_lie_together(tmp_path: Path) -> None:
    onnx: Any = pytest.importorskip("onnx", reason="needs training: pip install 'phosphene[train]'")
    path = onnx_export.to_onnx(
        painter_like(upsample=False),
        samples(1, *SHAPES)[0],
        samples(3, *SHAPES),
        tmp_path,
        "renderer",
        input_names=["cells", "field"],
        output_names=["pixels"],
    )
    model = onnx.load(path)
    assert model.opset_import[0].version == 13
    assert [end.name for end in (*model.graph.input, *model.graph.output)] == ["cells", "field", "pixels"]
    lines = (tmp_path / "renderer.samples.txt").read_text().splitlines()
    assert len(lines) == 3
    for file, shape in zip(lines[2].split(), SHAPES, strict=True):
        assert np.load(tmp_path / file).shape == shape
