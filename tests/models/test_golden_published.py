# SPDX-License-Identifier: Apache-2.0
"""The golden results beside the published graphs are of these graphs, and the CPU here comes near them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from phosphene.accelerators import load_graph
from phosphene.accelerators.golden import GOLDEN, compare, read_golden
from phosphene.models import folder
from phosphene_tools.commands import models as command
from phosphene_tools.models.catalog import graph_files
from phosphene_tools.models.golden import without_golden, write_golden
from tests.accelerators.environments import graph_in

PUBLISHED = [path for path in graph_files("") if path not in without_golden(graph_files(""))]
# Deep or wide graphs take the reference kernels seconds.
QUICK = [path for path in PUBLISHED if path.stat().st_size < 600_000]


def test_golden_results_are_of_the_graphs_that_they_lie_beside() -> None:
    assert {path.parent.name for path in PUBLISHED} >= {"composer", "field", "renderer", "reader"}
    for path in PUBLISHED:
        assert len(read_golden(path).outputs) == 3, f"phosphene models golden {path.parent.name} --write"
    assert {path.parent for path in PUBLISHED} == {file.parent for file in folder().glob(f"*/{GOLDEN}")}


@pytest.mark.parametrize("path", QUICK, ids=lambda path: path.stem)
def test_the_cpu_comes_near_the_golden_results(path: Path) -> None:
    found = compare(load_graph(path), path, read_golden(path))
    assert all(difference.well for difference in found.differences), found.problems


def test_models_without_golden_results_are_named_and_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graphs: list[Path] = []
    for name in ("with", "without"):
        (tmp_path / name).mkdir()
        graphs.append(graph_in(tmp_path / name, name))
    write_golden(tmp_path / "with", graphs[:1])
    monkeypatch.setattr("phosphene_tools.models.catalog.graph_files", lambda _name: tuple(graphs))
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    said = CliRunner().invoke(app, ["models", "golden"])
    assert said.exit_code == 0, said.output
    assert "with.tflite: 4 operators on cpu" in said.output
    assert "without.tflite: no golden results" in said.output
    found = json.loads(CliRunner().invoke(app, ["models", "golden", "--json"]).output)
    assert ([row["graph"] for row in found["graphs"]], found["without"]) == (["with.tflite"], ["without.tflite"])
