# SPDX-License-Identifier: Apache-2.0
"""`phosphene screens`: the list, a painted scene on a display, and black again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from phosphene.errors import PhospheneError
from phosphene.screens import framebuffer_mode
from phosphene_tools.commands import screens
from tests.screens.kernel import BGR888, POISON, Kernel


def run(*arguments: str | Path) -> tuple[int, str, BaseException | None]:
    app = typer.Typer(pretty_exceptions_enable=False)
    screens.register(app)
    # A second command makes typer keep the verb.
    app.command("other")(lambda: None)
    result = CliRunner().invoke(app, ["screens", *(str(argument) for argument in arguments)])
    return result.exit_code, result.output, result.exception


def test_the_list() -> None:
    code, output, _ = run("list", "--json")
    assert code == 0
    assert ("display", "png:FOLDER") in {(one["kind"], one["spec"]) for one in json.loads(output)}
    assert "numbered pictures" in run("list")[1]


def test_a_painted_scene_is_shown_and_then_black(tmp_path: Path) -> None:
    code, output, _ = run("show", f"png:{tmp_path}@rotate=90", "--panel", "160x120", "--for", "1.5", "--json")
    assert code == 0
    opened, *_, last = [json.loads(line)["status"] for line in output.splitlines() if "status" in line]
    assert opened["placement"]["turn"] == 1
    assert last["shown"] >= 2  # a second passed
    pictures = [np.asarray(Image.open(path)) for path in sorted(tmp_path.iterdir())]
    assert {picture.shape for picture in pictures} == {(160, 120, 3)}
    assert len(np.unique(pictures[0].reshape(-1, 3), axis=0)) > 20
    assert not pictures[-1].any()


def test_a_display_that_is_not_there_fails_and_says_so() -> None:
    code, output, _ = run("show", "fb:/dev/fb97", "--panel", "160x120", "--for", "0.3")
    assert code == 1
    assert "/dev/fb97  gone: there is no such framebuffer" in output
    assert "0 pictures shown" in output
    error = run("show", "windw")[2]
    assert isinstance(error, PhospheneError)
    assert "did you mean window?" in str(error)


def test_blank_is_for_what_was_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel(32, BGR888)
    memory = tmp_path / "fb0"
    memory.write_bytes(bytes([POISON]) * kernel.size)
    monkeypatch.setattr(framebuffer_mode.fcntl, "ioctl", kernel.ioctl)
    assert run("blank", f"fb:{memory}")[0] == 0
    assert not any(memory.read_bytes())
