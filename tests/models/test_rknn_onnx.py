# SPDX-License-Identifier: Apache-2.0
"""The ONNX file that the RKNN compiler is given computes what the published graph does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from phosphene.accelerators import load_graph
from phosphene_tools.models import rknn_onnx
from phosphene_tools.models.layers import channels_first
from phosphene_tools.models.rknn_source import write_source
from tests.models.flatbuffers import rows_network, small_network
from tests.models.recipe_parts import spread_by_convolution

_WHY = "needs training: pip install 'phosphene[train]'"
onnx: Any = pytest.importorskip("onnx", reason=_WHY)
pytest.importorskip("onnx.reference", reason=_WHY)


@pytest.mark.parametrize("content", [small_network(), spread_by_convolution(rows_network())])
def test_onnx_computes_what_the_graph_does(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "net.tflite"
    path.write_bytes(content)
    graph = load_graph(path)
    rng = np.random.default_rng(5)
    runs = [
        tuple(rng.integers(-30, 31, spec.shape).astype(np.int8) + np.int8(spec.zero_point) for spec in graph.inputs)
        for _ in range(4)
    ]
    write_source(path, runs, tmp_path)
    rknn_onnx.main(str(tmp_path / "net.npz"), str(tmp_path / "net.onnx"))
    model = onnx.load(tmp_path / "net.onnx")
    assert [version.version for version in model.opset_import] == [13]
    names = [end.name for end in model.graph.input]
    assert names == [spec.name for spec in graph.inputs]
    reals = {
        spec.name: channels_first(spec.dequantise(array)) for spec, array in zip(graph.inputs, runs[0], strict=True)
    }
    (wanted,) = onnx.reference.ReferenceEvaluator(model).run(None, reals)
    got = channels_first(graph.outputs[0].dequantise(graph.run(*runs[0])[0]))
    low, high = ((edge - graph.outputs[0].zero_point) * graph.outputs[0].scale for edge in (-128, 127))
    assert np.square(np.clip(wanted, low, high) - got).sum() < 3e-3 * np.square(got).sum(), "25 dB"
