# SPDX-License-Identifier: Apache-2.0
"""A report that was stopped goes on where it was, and begins anew when what it hangs on has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from phosphene_tools.perception.kept_figures import Kept


def test_a_figure_is_measured_once_for_the_same_files(tmp_path: Path) -> None:
    graph = tmp_path / "words.tflite"
    graph.write_bytes(b"one")
    runs: list[str] = []

    def measure() -> dict[str, tuple[int, ...]]:
        runs.append("run")
        return {"value": (1, 2)}

    first = Kept(tmp_path / "kept", [graph]).figure("digits", measure)
    again = Kept(tmp_path / "kept", [graph]).figure("digits", measure)
    assert first == again == {"value": [1, 2]}
    assert len(runs) == 1
    Kept(tmp_path / "kept", [graph]).figure("words", measure)
    assert len(runs) == 2
    graph.write_bytes(b"two")
    Kept(tmp_path / "kept", [graph]).figure("digits", measure)
    assert len(runs) == 3


def test_the_same_files_by_another_path_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph, index = tmp_path / "graph", tmp_path / "data" / "index"
    index.parent.mkdir()
    for number, file in enumerate((graph, index)):
        file.write_bytes(bytes([number]))
    monkeypatch.chdir(graph.parent)
    assert Kept(tmp_path, [graph, index]).place == Kept(tmp_path, [graph, Path("data/index")]).place


def test_a_figure_that_failed_is_not_kept(tmp_path: Path) -> None:
    kept = Kept(tmp_path, [])
    with pytest.raises(ZeroDivisionError):
        kept.figure("digits", lambda: 1 // 0)
    assert kept.figure("digits", lambda: 1) == 1
