# SPDX-License-Identifier: Apache-2.0
"""`phosphene boards` as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from phosphene_tools.boards.catalog import MODELS


def phosphene(
    *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from phosphene_tools.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=env, timeout=30, check=False)


def test_list() -> None:
    done = phosphene("boards", "list", "-o", "json")
    assert done.returncode == 0
    assert {
        "kind": "mcu",
        "name": "pico",
        "title": "Raspberry Pi Pico",
        "made_of": "rp2040, 192 KiB heap",
    } in json.loads(done.stdout)
    assert "rig  sim " in phosphene("boards", "list").stdout


def test_show_checks_and_prints() -> None:
    shown = json.loads(phosphene("boards", "show", "pi5-pico2", "-o", "json").stdout)
    assert shown["rig"]["line"]["baud"] == 921600
    assert shown["mcu"]["chip"] == "rp2350"
    assert shown["sbc"]["uart"][0]["device"] == "/dev/ttyAMA0"
    assert json.loads(phosphene("boards", "show", "sim", "--firmware").stdout)["board"] == "sim"
    assert json.loads(phosphene("boards", "show", "--mcu", "pico", "-o", "json").stdout)["heap_kib"] == 192


@pytest.mark.parametrize("kind", MODELS)
def test_schema_is_strict(kind: str) -> None:
    schema = json.loads(phosphene("boards", "schema", kind).stdout)
    assert schema["additionalProperties"] is False
    assert schema["required"]
    assert all("description" in value for value in schema["properties"].values())


def test_wiring_and_udev() -> None:
    assert "GP0   pin 1" in phosphene("boards", "wiring", "pi5-pico2").stdout
    rules = phosphene("boards", "udev", "laptop-pico").stdout
    assert 'ENV{ID_MM_DEVICE_IGNORE}="1"' in rules
    assert 'ENV{ID_USB_INTERFACE_NUM}=="02", SYMLINK+="phosphene/line ' in rules
    assert phosphene("boards", "udev", "sim").stdout == "# sim is simulated: no rules are needed\n"


def test_wrong_file_is_one_line_per_problem_and_exit_1(own: Path) -> None:
    rig = own / "rig/sim/rig.toml"
    rig.write_text(rig.read_text().replace("baud", "bauds").replace("pin = 25", "pin = 24"))
    done = phosphene("boards", "show", "boards/rig/sim", cwd=own.parent)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "error: unknown key 'bauds'; the nearest is 'baud' — boards/rig/sim/rig.toml:13, line.bauds"
        " — rename it, or remove it\n"
    )


def test_list_tells_a_wrong_file_and_lists_the_others(own: Path) -> None:
    (own / "mcu/pico/board.toml").write_text("title = 3\n")
    done = phosphene("boards", "list", cwd=own.parent, env={"PHOSPHENE_BOARDS": str(own)})
    assert done.returncode == 1
    assert "rig  pi5-pico2" in done.stdout
    assert "mcu  pico " not in done.stdout
    assert "boards/mcu/pico/board.toml:1, title" in done.stderr
    assert len(done.stderr.splitlines()) == len(set(done.stderr.splitlines()))


def test_generate_mends_what_has_drifted(own: Path) -> None:
    drifted = own / "rig/pi5-pico2/wiring.txt"
    right = drifted.read_text()
    drifted.write_text("old\n")
    assert phosphene("boards", "generate", str(own)).stdout == f"{drifted}\n"
    assert drifted.read_text() == right


@pytest.mark.parametrize("arguments", [("boards", "nothing"), ("boards", "schema", "rigg"), ("boards", "show")])
def test_bad_usage_is_exit_2(arguments: tuple[str, ...]) -> None:
    assert phosphene(*arguments).returncode == 2
