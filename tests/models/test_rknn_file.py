# SPDX-License-Identifier: Apache-2.0
"""The tables of layers beside the graphs: written, read, held against the graph, and shown with the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import Result

from phosphene.errors import PhospheneError
from phosphene_tools.models.card import sha256_of
from phosphene_tools.models.catalog import graph_files
from phosphene_tools.models.check import check
from phosphene_tools.models.overview import overview
from phosphene_tools.models.rknn_file import RknnFile, compiled, read_rknn, write_rknn
from phosphene_tools.models.rknn_table import RknnTable, parse
from phosphene_tools.models.wording import describe_rknn
from tests.models.flatbuffers import rows_network, small_network
from tests.models.test_command import phosphene
from tests.models.test_rknn_table import RECORDED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.tflite").write_bytes(small_network())
    (tmp_path / "small.rknn").write_bytes(b"compiled")
    return tmp_path


def write(folder: Path, table: RknnTable, made_of: str) -> RknnFile:
    file = folder / "small.rknn"
    return write_rknn(folder, {"small": compiled(table, file, sha256_of(file), made_of)}, "2.5.0")


def shown(folder: Path) -> Result:
    return phosphene("check", str(folder / "small.tflite"))


def test_what_was_written_is_read(folder: Path) -> None:
    written = write(folder, parse(RECORDED + "\nsnr_db 41.25 33.5\n"), sha256_of(folder / "small.tflite"))
    assert read_rknn(folder) == written
    entry = written.graphs["small"]
    assert entry.npu_throughout
    assert (entry.cycles, entry.moved_kb, entry.bytes) == (576 + 1296 + 24576, 2 + 7 + 2 + 48, 8)
    assert entry.snr_db == (41.25, 33.5)
    assert [row.runs_on for row in entry.layers] == ["CPU", "CPU", "NPU", "NPU", "NPU", "CPU"]
    assert "predicted by the compiler's simulator; not run on hardware" in (folder / "rknn.toml").read_text()
    assert read_rknn(folder / "elsewhere") is None


def test_check_shows_the_table_of_this_graph_only(folder: Path) -> None:
    write(folder, parse(RECORDED), sha256_of(folder / "small.tflite"))
    assert "NPU throughout, 26,448 cycles and 59 KB moved a run" in shown(folder).output
    assert check(folder / "small.tflite")["placement"]["rk3588"]["of_this_graph"] is True
    (folder / "small.tflite").write_bytes(rows_network())
    assert "compiled from other weights" in shown(folder).output
    assert "26,448" not in shown(folder).output
    (folder / "small.tflite").write_bytes(small_network())
    (folder / "small.rknn").unlink()
    assert "26,448" not in shown(folder).output


def test_a_layer_off_the_npu_is_said(folder: Path) -> None:
    off = parse(RECORDED.replace("ConvAddRelu        INT8     NPU", "ConvAddRelu        INT8     CPU"))
    file = write(folder, off, sha256_of(folder / "small.tflite"))
    assert "not NPU throughout" in shown(folder).output
    lines = describe_rknn("model", file)
    assert any("ConvAddRelu" in line and " CPU " in line for line in lines)
    assert lines[-1].endswith("predicted by the compiler's simulator; not run on hardware")


@pytest.mark.parametrize("content", ["graphs = 3", "[[[", "\udcff"])
def test_a_damaged_table_names_the_cure(folder: Path, content: str) -> None:
    (folder / "rknn.toml").write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(PhospheneError, match="table of layers can't be read") as caught:
        check(folder / "small.tflite")
    assert caught.value.cure.startswith("phosphene models rknn")


def test_the_overview_has_each_chip_and_the_sum(folder: Path) -> None:
    write(folder, parse(RECORDED), sha256_of(folder / "small.tflite"))
    (folder / "rows.tflite").write_bytes(rows_network())
    checks = [check(folder / f"{name}.tflite") for name in ("small", "rows")]
    lines = overview(checks)
    head, _, small, rows, together, words = lines
    for name in ("bytes", "against float", "Edge TPU", "RK3588, vendor's kernel", "RK3588, mainline"):
        assert name in head
    assert "wholly" in small
    assert "NPU throughout, 26,448 cycles" in small
    assert "1 of 4, off at CONV_2D" in small
    assert "wholly, a doubt" in rows
    assert "not compiled" in rows
    assert f"{sum(checked['bytes'] for checked in checks):,}" in together
    assert "predicted, not run on hardware" in words
    checks[0]["problems"].append("it is broken")
    assert overview(checks)[-1].endswith("small.tflite: it is broken")


def test_the_painters_graphs_are_predicted_wholly_on_both_chips() -> None:
    rows = [check(path) for model in ("composer", "field", "reader", "renderer") for path in graph_files(model)]
    assert sum(row["weights_bytes"] for row in rows) < 4_000_000
    for row in rows:
        assert row["placement"]["edgetpu"]["wholly"], row["graph"]
        assert "rk3588" in row["placement"], f"phosphene models rknn, for {row['graph']}"
        assert row["placement"]["rk3588"]["npu_throughout"], row["graph"]
        assert row["placement"]["rk3588"]["of_this_graph"], f"phosphene models rknn, again, for {row['graph']}"


def test_the_compiled_files_are_those_of_the_tables() -> None:
    for path in graph_files("composer"):
        file = read_rknn(path.parent)
        assert file is not None
        for entry in file.graphs.values():
            assert sha256_of(path.parent / entry.file) == entry.sha256
