# SPDX-License-Identifier: Apache-2.0
"""The NPU of an RK3588 behind its runtime's interface: the host's side is real, the runtime is one that we wrote."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from phosphene.accelerators import AcceleratorError, Limits, ModelError, Stalled, Worker, load_graph
from phosphene_tools.models.card import sha256_of
from phosphene_tools.models.rknn_file import compiled, write_rknn
from phosphene_tools.models.rknn_table import parse
from tests.accelerators.environments import another_graph_in, compiled_for_rknn, drawn, graph_in, rknn_environment
from tests.models.flatbuffers import GraphBuilder
from tests.models.test_rknn_table import RECORDED


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rknn_environment(tmp_path_factory.mktemp("rknn") / "venv")


@pytest.fixture
def graph_file(tmp_path: Path) -> Path:
    path = graph_in(tmp_path)
    compiled_for_rknn(path)
    return path


def row_in(folder: Path) -> Path:
    builder = GraphBuilder()
    source, end = builder.activation((1, 30), zero=4), builder.activation((1, 7), zero=-9)
    weights = np.random.default_rng(0).integers(-127, 128, (7, 30)).astype(np.int8)
    builder.operator("FULLY_CONNECTED", [source, builder.constant(weights, [0.002])], [end])
    path = folder / "row.tflite"
    path.write_bytes(builder.content([source], [end]))
    compiled_for_rknn(path)
    return path


def test_int8_goes_in_and_out_as_of_the_tflite(python: Path, graph_file: Path, tmp_path: Path) -> None:
    with Worker("rknn", python) as worker:
        for path in (graph_file, row_in(tmp_path)):
            here, there = load_graph(path), worker.load(path)
            assert (there.inputs, there.outputs) == (here.inputs, here.outputs)
            for seed in range(5):
                arrays = drawn(here, seed)
                wanted = here.run(*arrays)[0].astype(int)
                assert wanted.std() > 1
                assert np.abs(there.run(*arrays)[0] - wanted).max() <= 1
            assert there.describe().accelerator == "rknn"
            assert there.describe().file.suffix == ".rknn"


def test_graphs_take_the_cores_in_turn_or_as_they_are_told(
    python: Path, graph_file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    paths = [graph_file, another_graph_in(tmp_path, 3), another_graph_in(tmp_path, 4), another_graph_in(tmp_path, 5)]
    for path in paths:
        compiled_for_rknn(path)
    with Worker("rknn", python, cores={"other-3": 2}) as worker:
        for path in paths:
            worker.load(path)
        worker.load(graph_file)
        process = worker._process
        assert process is not None
        masks: list[str] = []
        while len(masks) < 5:
            masks = [line for line in process.last_words if line.startswith("core_mask")]
            time.sleep(0.01)
    # What the runtime printed on its standard output came to us as last words, and not onto the screen.
    assert masks == [f"core_mask {mask}" for mask in (1, 4, 2, 4, 1)]
    assert "core_mask" not in capfd.readouterr().out
    with Worker("rknn", python, cores={"small": 3}) as worker, pytest.raises(AcceleratorError, match="no core 3"):
        worker.load(graph_file)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [("fails", "the NPU gave no result"), ("gives nan", "numbers that are none"), ("absent", "NPU can't be opened")],
)
def test_what_the_runtime_says_by_return_codes_is_an_error(
    python: Path, graph_file: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, words: str
) -> None:
    monkeypatch.setenv("NPU", wrong)
    with Worker("rknn", python) as worker, pytest.raises(AcceleratorError, match=words):
        worker.load(graph_file).run(*drawn(load_graph(graph_file)))


def test_a_hanging_npu_hangs_its_worker_only(python: Path, graph_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPU", "hangs")
    with Worker("rknn", python, limits=Limits(run_s=0.3)) as worker:
        graph = worker.load(graph_file)
        pid = worker.pid
        assert pid is not None
        with pytest.raises(Stalled):
            graph.run(*drawn(graph))
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_the_compiled_file_must_be_there_sound_and_of_this_graph(python: Path, graph_file: Path) -> None:
    file = graph_file.with_suffix(".rknn")
    table = parse(RECORDED)
    with Worker("rknn", python) as worker:
        write_rknn(graph_file.parent, {"small": compiled(table, file, sha256_of(file), sha256_of(graph_file))}, "2.5.0")
        operators = worker.load(graph_file).describe().operators
        assert [operator.runs_on for operator in operators] == ["rknn"] * 3
        content = file.read_bytes()
        file.write_bytes(content[:-7])
        with pytest.raises(ModelError, match="damaged"):
            worker.load(graph_file)
        file.write_bytes(content)
        write_rknn(graph_file.parent, {"small": compiled(table, file, sha256_of(file), "0" * 64)}, "2.5.0")
        with pytest.raises(ModelError, match="made of other weights"):
            worker.load(graph_file)
        (graph_file.parent / "rknn.toml").unlink()
        file.write_bytes(b"no such thing")
        with pytest.raises(ModelError, match="can't read the compiled graph"):
            worker.load(graph_file)
        file.unlink()
        with pytest.raises(AcceleratorError, match="has not been compiled for the RK3588") as caught:
            worker.load(graph_file)
        assert caught.value.cure.startswith("phosphene models rknn")
