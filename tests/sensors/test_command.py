# SPDX-License-Identifier: Apache-2.0
"""`phosphene sensors`: the list, and what a watch prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import typer
from PIL import Image
from typer.testing import CliRunner

from phosphene.sensors.blocks import RATE_HZ
from phosphene.sensors.errors import SensorError
from phosphene.sensors.pattern import draw
from phosphene_tools.commands import sensors
from tests.sensors.sounds import babble, write_wav


def run(*arguments: str | Path) -> tuple[int, str, BaseException | None]:
    app = typer.Typer(pretty_exceptions_enable=False)
    sensors.register(app)
    # A second command makes typer keep the verb.
    app.command("other")(lambda: None)
    result = CliRunner().invoke(app, ["sensors", *(str(argument) for argument in arguments)])
    return result.exit_code, result.output, result.exception


def watched(*arguments: str | Path) -> tuple[int, list[dict[str, Any]], list[dict[str, Any]]]:
    code, output, _ = run("watch", "--json", *arguments)
    lines = [json.loads(line) for line in output.splitlines()]
    return (
        code,
        [line["status"] for line in lines if "status" in line],
        [line["event"] for line in lines if "event" in line],
    )


def test_the_list_has_the_test_signals() -> None:
    code, output, _ = run("list", "--json")
    assert code == 0
    assert {("camera", "test"), ("microphone", "test")} <= {(one["kind"], one["spec"]) for one in json.loads(output)}
    assert "test pattern" in run("list")[1]


def test_a_picture_and_a_sound_file_are_watched(tmp_path: Path) -> None:
    Image.fromarray(draw(0, 64, 48)).save(tmp_path / "room.png")
    loud = np.clip(babble(RATE_HZ, 1.5).astype(int) * 8, -32768, 32767).astype(np.int16)
    write_wav(tmp_path / "talk.wav", loud, RATE_HZ)
    code, statuses, events = watched(
        "--camera", tmp_path / "room.png", "--microphone", tmp_path / "talk.wav", "--for", "2"
    )
    assert code == 0
    last = {status["name"]: status for status in statuses}
    assert last["room.png"]["format"] == {"width": 64, "height": 48, "rate_hz": 15.0}
    assert last["room.png"]["blocks"] > 5
    assert last["room.png"]["dropped"] == 0
    assert last["talk.wav"]["blocks"] >= 50
    assert next(event["trouble"] for event in events if event["sensor"] == "talk.wav") == "clipped"


def test_it_ends_when_the_files_have(tmp_path: Path) -> None:
    write_wav(tmp_path / "talk.wav", babble(RATE_HZ, 0.3), RATE_HZ)
    code, _, events = watched("--microphone", tmp_path / "talk.wav")
    assert code == 0
    assert [event["trouble"] for event in events] == ["ended"]


def test_lines_for_a_pipe() -> None:
    code, output, _ = run("watch", "--camera", "test", "--microphone", "test", "--for", "1")
    assert code == 0
    assert "640×480 at 30/s" in output
    assert "16000 Hz, 1 channel" in output


def test_a_sensor_that_delivers_nothing_fails_the_command() -> None:
    code, statuses, events = watched("--camera", "/dev/video99", "--for", "4")
    assert code == 1
    assert statuses[-1]["troubles"] == ["gone"]
    assert events[0]["trouble"] == "gone"


def test_neither_or_unknown() -> None:
    code, output, _ = run("watch")
    assert code == 2
    assert "--camera" in output
    code, _, error = run("watch", "--camera", "webcam")
    assert code == 1
    assert isinstance(error, SensorError)
