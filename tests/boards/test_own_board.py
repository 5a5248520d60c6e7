# SPDX-License-Identifier: Apache-2.0
"""The worked example of docs/boards.md, and a rig that stands on boards of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from phosphene_tools import places
from phosphene_tools.boards import Catalog, load_rig
from phosphene_tools.boards.catalog import OWN_FOLDERS

PAGE = Path(__file__).parents[2] / "docs" / "boards.md"


@pytest.fixture
def thermostat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example's rig.toml, in a folder of its own."""
    rig = tmp_path / "my-boards/rig/thermostat/rig.toml"
    rig.parent.mkdir(parents=True)
    example = re.search(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    rig.write_text(example[1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return rig


def test_the_page_shows_what_the_command_prints(thermostat: Path) -> None:
    command, printed = re.findall(r"\$ phosphene (.*)\n(error: .*)\n", PAGE.read_text(encoding="utf-8"))[0]
    code = "from phosphene_tools.cli import main; main()"
    run = [sys.executable, "-c", code, *command.split()]
    done = subprocess.run(run, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (1, printed + "\n")


def test_the_cured_example_is_a_rig(thermostat: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    thermostat.write_text(thermostat.read_text().replace("10000", "4700"))
    assert load_rig("my-boards/rig/thermostat").mcu.chip == "rp2350"
    monkeypatch.setenv(OWN_FOLDERS, os.pathsep.join(["not-there", "my-boards"]))
    assert load_rig("thermostat").wiring.outputs[0].name == "heater"
    assert {"thermostat", "sim"} <= set(Catalog.default().names("rig"))


def test_generate_and_image_for_a_folder_of_ones_own(thermostat: Path) -> None:
    thermostat.write_text(thermostat.read_text().replace("10000", "4700"))
    for arguments in (("generate", "my-boards"), ("image", "my-boards/rig/thermostat", "build")):
        code = "from phosphene_tools.cli import main; main()"
        subprocess.run([sys.executable, "-c", code, "boards", *arguments], timeout=30, check=True)
    assert "heater" in thermostat.with_name("wiring.txt").read_text(encoding="utf-8")
    assert not (Path("my-boards") / "mcu").exists()
    assert json.loads(Path("build/board.json").read_text())["outputs"][0]["pin"] == 18
    assert {"main.py", "dictionary.jsonl"} <= {file.name for file in Path("build").iterdir()}


def test_a_rig_may_stand_on_a_board_of_its_own(thermostat: Path) -> None:
    """A path leads to the mcu/ and sbc/ beside it, before the shipped ones."""
    own = thermostat.parents[2] / "mcu" / "mine"
    shutil.copytree(places.boards() / "mcu" / "pico", own)
    thermostat.write_text(thermostat.read_text().replace('"pico2"', '"mine"'))
    assert load_rig(thermostat).mcu.chip == "rp2040"
