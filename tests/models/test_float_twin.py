# SPDX-License-Identifier: Apache-2.0
"""The float twin of an int8 graph, and how near the graph comes to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from phosphene.accelerators import ModelError, load_graph
from phosphene.accelerators.golden import golden_inputs
from phosphene_tools.models.check import check
from phosphene_tools.models.float_twin import load_twin, twin_db
from phosphene_tools.models.samples import read_samples, write_samples
from tests.models.flatbuffers import GraphBuilder, convolution, small_network
from tests.models.test_command import phosphene


def written(folder: Path, content: bytes) -> Path:
    path = folder / "graph.tflite"
    path.write_bytes(content)
    return path


def rescaling_network(scale: float) -> bytes:
    """Return a graph that changes its scale between two convolutions, as converters do before a concatenation."""
    builder = GraphBuilder()
    source = builder.activation((1, 12, 12, 3))
    middle = convolution(builder, source, seed=1)
    coarse = builder.activation(builder.tensors[middle].shape, scale=scale, zero=-128)
    builder.operator("QUANTIZE", [middle], [coarse])
    return builder.content([source], [convolution(builder, coarse, seed=2)])


def test_a_twin_is_what_int8_rounds(tmp_path: Path) -> None:
    path = written(tmp_path, rescaling_network(0.05))
    int8, real = load_graph(path), load_twin(path)
    # Small, so that what lies between stays within the range of int8, which the twin does not know.
    run = tuple((array // 16).astype(np.int8) for array in golden_inputs(int8.inputs, 1))
    wanted = real.run(*(spec.dequantise(array) for spec, array in zip(int8.inputs, run, strict=True)))[0]
    spec = int8.outputs[0]
    clipped = spec.dequantise(spec.quantise(wanted))
    assert np.abs(clipped - spec.dequantise(int8.run(*run)[0])).mean() <= 2 * spec.scale
    assert np.ptp(wanted) > 10 * spec.scale


def test_a_coarser_scale_costs_decibels(tmp_path: Path) -> None:
    results: list[float] = []
    for scale in (0.05, 0.4, 3.2):
        path = written(tmp_path, rescaling_network(scale))
        run = tuple((array // 16).astype(np.int8) for array in golden_inputs(load_graph(path).inputs, 1))
        results.append(twin_db(path, [run]))
    assert results[0] > results[1] + 5
    assert results[1] > results[2] + 5


def test_what_is_float_already_has_no_twin(tmp_path: Path) -> None:
    builder = GraphBuilder()
    source = builder.activation((1, 12))
    real = builder.activation((1, 12), "float32")
    builder.operator("DEQUANTIZE", [source], [real])
    path = written(tmp_path, builder.content([source], [real]))
    with pytest.raises(ModelError, match="no plain twin"):
        load_twin(path)


def shown(path: Path) -> Result:
    return phosphene("check", str(path))


def test_check_compares_on_samples_where_there_are_some(tmp_path: Path) -> None:
    path = written(tmp_path, small_network())
    assert check(path)["twin"]["inputs"] == "seeded"
    assert "random inputs, which clip" in shown(path).output
    runs = [tuple((array // 8).astype(np.int8) for array in golden_inputs(load_graph(path).inputs, n)) for n in (4, 5)]
    write_samples(path, runs)
    found = check(path)["twin"]
    assert (found["inputs"], found["runs"]) == ("recorded", 2)
    assert found["snr_db"] == pytest.approx(twin_db(path, runs), abs=0.01)
    for kept, run in zip(read_samples(path), runs, strict=True):
        for one, other in zip(kept, run, strict=True):
            np.testing.assert_array_equal(one, other)


def test_samples_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, small_network())
    shapes = [spec.shape for spec in load_graph(path).inputs]
    file = write_samples(path, [tuple(np.zeros((*shape, 1), np.int8) for shape in shapes)])
    with pytest.raises(ModelError, match="the samples of"):
        read_samples(path)
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(ModelError, match="can't be read"):
        read_samples(path)


def test_golden_results_by_command(tmp_path: Path) -> None:
    path = written(tmp_path, small_network())
    assert phosphene("golden", str(path), "--write").exit_code == 0
    result = phosphene("golden", str(path))
    assert result.exit_code == 0, result.output
    assert "4 operators on cpu" in result.output
    golden = tmp_path / "golden.toml"
    text = golden.read_text()
    digest = text.split('1 = "')[1][:64]
    golden.write_text(text.replace(digest, "0" * 64))
    wrong = phosphene("golden", str(path))
    assert wrong.exit_code == 1
    assert "WRONG: graph.tflite: the reference kernels give other outputs" in wrong.output
    golden.write_text(text)
    fell = phosphene("golden", str(path), "--accelerator", "teflon")
    assert fell.exit_code == 1, "who asked for a chip and got the CPU must hear of it"
    assert "absent" in fell.output
