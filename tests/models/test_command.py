# SPDX-License-Identifier: Apache-2.0
"""`phosphene models` as a person meets it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from phosphene.errors import PhospheneError
from phosphene_tools.commands import models as command
from phosphene_tools.models import build, rknn_toolkit
from phosphene_tools.models.catalog import graph_files, models
from phosphene_tools.models.check import check
from tests.models.flatbuffers import GraphBuilder, small_network


def phosphene(*arguments: str) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    return CliRunner().invoke(app, ["models", *arguments])


@pytest.fixture
def graph_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.tflite"
    path.write_bytes(small_network())
    return path


def float_graph(path: Path) -> Path:
    builder = GraphBuilder()
    source, end = builder.activation((1, 4), "float32"), builder.activation((1, 4), "float32")
    builder.operator("RELU", [source], [end])
    path.write_bytes(builder.content([source], [end]))
    return path


def test_check_prints_what_a_graph_is(graph_file: Path) -> None:
    result = phosphene("check", str(graph_file))
    assert result.exit_code == 0, result.output
    assert "edgetpu: 4 of 4 operators" in result.output
    assert "teflon-rocket: 1 of 4 operators; the first off the chip is 0 CONV_2D" in result.output
    assert "predicted; not run on hardware" in result.output


def test_check_as_json_has_everything(graph_file: Path) -> None:
    (found,) = json.loads(phosphene("check", str(graph_file), "--json").output)
    assert found["problems"] == []
    assert found["placement"]["edgetpu"]["wholly"] is True
    assert found["placement_is"] == "predicted; not run on hardware"
    assert found["operators"] == {"CONV_2D": 3, "ADD": 1}
    assert found["moved_bytes"] == 960 + 420 + 288


def test_a_float_graph_is_not_fit(tmp_path: Path) -> None:
    result = phosphene("check", str(float_graph(tmp_path / "float.tflite")))
    assert result.exit_code == 1
    assert "WRONG: input t0 is float32, not int8" in result.output
    assert "WRONG: 2 float tensors" in result.output


def test_every_published_model_is_fit_and_is_the_one_on_its_card() -> None:
    for path in graph_files(""):
        found = check(path)
        assert found["on_card"], path
        assert found["problems"] == [], path


def test_an_unknown_model_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "recipes" / "reader").mkdir(parents=True)
    (tmp_path / "recipes" / "reader" / "recipe.py").write_text("")
    assert [(model.name, model.card, model.recipe) for model in models(tmp_path)] == [("reader", None, True)]
    with pytest.raises(PhospheneError, match="there is no model painter") as caught:
        graph_files("painter", tmp_path)
    assert "reader" in caught.value.cure
    with pytest.raises(PhospheneError, match="has not been built"):
        graph_files("reader", tmp_path)


def test_score_needs_pairs(tmp_path: Path) -> None:
    assert isinstance(phosphene("score", str(tmp_path)).exception, PhospheneError)


def test_a_python_that_cannot_train_says_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = tmp_path / "models_int8" / "recipes" / "x" / "recipe.py"
    recipe.parent.mkdir(parents=True)
    recipe.write_text("")
    monkeypatch.setattr(build.places, "checkout", lambda: tmp_path)
    # A Python without site-packages has none of it, whatever this one has.
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S "$@"\n')
    bare.chmod(0o755)
    with pytest.raises(PhospheneError, match="lacks torch, litert_torch, litert_quantizer") as caught:
        build.build("x", bare, [])
    assert "phosphene[train]" in caught.value.cure


def test_an_unknown_recipe_and_an_absent_python_are_named() -> None:
    with pytest.raises(PhospheneError, match="no recipe nonesuch"):
        build.build("nonesuch", Path(sys.executable), [])
    with pytest.raises(PhospheneError, match="does not run"):
        build._missing(Path("/no/such/python"))


def test_rknn_without_sources_or_toolkit_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PhospheneError, match="there is no ONNX file"):
        rknn_toolkit.compile_graphs(tmp_path, tmp_path / "out", tmp_path / "venv")
    (tmp_path / "net.onnx").write_bytes(b"")
    with pytest.raises(PhospheneError, match="not set up") as caught:
        rknn_toolkit.compile_graphs(tmp_path, tmp_path / "out", tmp_path / "venv")
    assert caught.value.cure == "phosphene models rknn-setup"


def test_rknn_setup_refuses_what_cannot_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = tmp_path / "python"
    newer.write_text("#!/bin/sh\necho 3 14\n")
    newer.chmod(0o755)
    with pytest.raises(PhospheneError, match=r"no wheels for Python 3\.14"):
        rknn_toolkit.set_up(tmp_path / "venv", newer)
    full: Any = type("Usage", (), {"free": 1024**3})
    monkeypatch.setattr(rknn_toolkit.shutil, "disk_usage", lambda _path: full)
    older = tmp_path / "older"
    older.write_text("#!/bin/sh\necho 3 12\n")
    older.chmod(0o755)
    with pytest.raises(PhospheneError, match="1024 MiB are free"):
        rknn_toolkit.set_up(tmp_path / "venv", older)
    assert not (tmp_path / "venv").exists()
