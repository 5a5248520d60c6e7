# SPDX-License-Identifier: Apache-2.0
"""What the RKNN compiler is given: what the painter's graphs ran on, as the real numbers that they stand for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from phosphene.accelerators import load_graph
from phosphene_tools.models.rknn_source import write_source
from phosphene_tools.painter.recorded_runs import MODELS, recorded
from tests.models.flatbuffers import small_network


def test_every_graph_of_the_painter_runs() -> None:
    runs = recorded(6)
    assert {path.parent.name for path in runs} == set(MODELS)
    for path, seen in runs.items():
        specs = load_graph(path).inputs
        assert seen
        assert all(array.shape == spec.shape for run in seen for spec, array in zip(specs, run, strict=True))
        different = {tuple(array.tobytes() for array in run) for run in seen}
        assert len(different) > 1, f"{path.name} always sees the same"


def test_samples_are_real_numbers_with_channels_first(tmp_path: Path) -> None:
    graph = tmp_path / "small.tflite"
    graph.write_bytes(small_network())
    specs = load_graph(graph).inputs
    rng = np.random.default_rng(0)
    runs = [tuple(rng.integers(-128, 128, spec.shape).astype(np.int8) for spec in specs) for _ in range(30)]
    work = tmp_path / "work"
    write_source(graph, runs, work)
    fitting, judged = ((work / f"small.{kind}.txt").read_text().splitlines() for kind in ("samples", "judged"))
    assert not set(fitting) & set(judged)
    assert len(fitting) + len(judged) == 30
    assert len(judged) == 10
    first = np.load(work / judged[0].split()[1])
    assert first.shape == (1, 3, 10, 14)
    assert first == pytest.approx((runs[0][1].astype(np.float32) - 7).transpose(0, 3, 1, 2) * 0.02)
    assert (work / "small.npz").is_file()


def test_no_more_samples_than_a_calibration_needs(tmp_path: Path) -> None:
    graph = tmp_path / "small.tflite"
    graph.write_bytes(small_network())
    run = tuple(np.zeros(spec.shape, np.int8) for spec in load_graph(graph).inputs)
    write_source(graph, [run] * 1000, tmp_path)
    lines = [(tmp_path / f"small.{kind}.txt").read_text().splitlines() for kind in ("samples", "judged")]
    assert [len(part) for part in lines] == [190, 10]
