# SPDX-License-Identifier: Apache-2.0
"""`phosphene new task`: what it writes runs, and what it can't write it refuses."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from phosphene.errors import ConfigError
from phosphene.line.dictionary import Dictionary
from phosphene_tools import places
from phosphene_tools.boards import board_json, load_rig
from phosphene_tools.firmware_image import DeclarationError, read_tasks
from phosphene_tools.firmware_image.image import install
from phosphene_tools.new_task import Scaffold, own_tasks, phrases, scaffold
from phosphene_tools.rig_up import rig_up
from tests.broker.desk import run_time_folder

__all__ = ["run_time_folder"]


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from phosphene_tools.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=50, check=False
    )


def test_call_and_process_are_written_with_tests_that_pass(tmp_path: Path) -> None:
    tmp_path /= "made"
    done = command("new", "task", "kettle", "--into", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "test_kettle.py") in done.stdout
    assert command("new", "task", "pour_2", "--process", "--into", str(tmp_path)).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "kettle.py",
        "pour_2.py",
        "test_kettle.py",
        "test_pour_2.py",
    ]
    passed = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert passed.returncode == 0, passed.stdout
    assert "2 passed" in passed.stdout


def test_a_test_that_was_written_fails_when_its_task_is_wrong(tmp_path: Path) -> None:
    files = scaffold("kettle", into=tmp_path)
    files.task.write_text(files.task.read_text().replace("2 * number", "3 * number"))
    failed = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(files.test)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert failed.returncode == 1
    assert "63 == 42" in failed.stdout


def test_into_the_firmware_the_files_lie_where_they_belong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "firmware" / "coprocessor" / "tasks").mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    monkeypatch.setattr(places, "checkout", lambda: tmp_path)
    files = scaffold("kettle", process=True)
    assert files == Scaffold(
        tmp_path / "firmware" / "coprocessor" / "tasks" / "kettle.py", tmp_path / "tests" / "tasks" / "test_kettle.py"
    )
    assert [task.name for task in read_tasks(files.task.parent)] == ["kettle.run"]
    assert files.task.read_text().startswith("# SPDX-License-Identifier: Apache-2.0\n")
    assert "trial_board()" in files.test.read_text()
    monkeypatch.setattr(places, "checkout", lambda: None)
    with pytest.raises(ConfigError, match="--into"):
        scaffold("other")


@pytest.mark.parametrize("name", ["", "Kettle", "2kettle", "_kettle", "ket-tle", "kettle.py", "../kettle", "kéttle"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="can't be the name"):
        scaffold(name, into=tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_is_there_already_is_not_written_over(tmp_path: Path) -> None:
    for name, why in (("class", "Python's own"), ("test_x", "taken for a test"), ("gpio", "there already")):
        with pytest.raises(ConfigError, match=why):
            scaffold(name, into=tmp_path)
    (tmp_path / "test_kettle.py").write_text("mine")
    with pytest.raises(ConfigError, match=r"test_kettle\.py is there already"):
        scaffold("kettle", into=tmp_path)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
    failed = command("new", "task", "kettle", "--into", str(tmp_path / "nowhere" / "deep"))
    assert failed.returncode == 1
    assert failed.stderr.startswith("error: there is no such folder — ")


def board() -> dict[str, Any]:
    return board_json(load_rig("sim"))


TASK = """\
import device
from task import field, task

pump = device.outputs.named("pump")


@task("kettle.boil", says=("boil water",), args=(field("ml", "u16", unit="ml"),), help="Boils it.")
def boil(ml):
    pass
"""


def test_a_folder_of_ones_own_is_its_tasks_without_their_tests(tmp_path: Path) -> None:
    (tmp_path / "kettle.py").write_text(TASK)
    (tmp_path / "test_kettle.py").write_text("what is in here is not the board's")
    files = own_tasks(tmp_path, board())
    assert files == (tmp_path / "kettle.py",)
    assert phrases(files) == ("boil water",)
    image = tmp_path / "image"
    install(places.coprocessor(), image, files)
    assert (image / "tasks" / "kettle.py").read_text() == TASK
    last = Dictionary.parse((image / "dictionary.jsonl").read_bytes()).tasks[-1]
    assert (last.name, last.module, last.args[0].unit) == ("kettle.boil", "tasks.kettle", "ml")
    assert not (image / "at_boot.txt").exists()
    (tmp_path / "kettle.py").write_text(TASK.replace('help="', 'at_boot=True, help="'))
    install(places.coprocessor(), image, files)
    assert (image / "at_boot.txt").read_text() == "tasks.kettle\n"


@pytest.mark.parametrize(
    ("wanted", "written", "why"),
    [
        ('named("pump")', 'named("pimp")', r"no output 'pimp' — .*kettle\.py:4 — use one of .*pump"),
        ('unit="ml"', "min=2, max=1", r"field 'ml': min 2 is above max 1"),
        ('"u16", unit', '"u16", 0, 5, unit', r"more than a name and a kind"),
        ('help="Boils it."', 'help=("Boils it.",)', "help is no text"),
        ('("boil water",)', '("…",)', "nobody can say '…'"),
        ('("boil water",)', '("set a timer",)', "and so is timer.start: people would be asked each time"),
        ('("boil water",)', '("The Boil, water", "dispense")', "and so is dispense.pour"),
        ("(ml)", "(ml, celsius)", r"declares 1 arguments, boil\(\) takes 2 — .* — name in args"),
        ('"kettle.boil"', '"timer.start"', "declared twice"),
        ("    pass", "    global n", r"global 'n' — .*kettle\.py:9 — keep"),
        ('"kettle.boil"', '"kettle"', "'kettle' is no name"),
        ('help="', 'at_boot=1, help="', "at_boot is 1"),
        ("import device", "import \udcffdevice", r"can't be read: .*kettle\.py:1"),
    ],
)
def test_what_is_wrong_with_a_task_is_told_with_its_line(tmp_path: Path, wanted: str, written: str, why: str) -> None:
    path = tmp_path / "kettle.py"
    path.write_text(TASK.replace(wanted, written, 1), encoding="utf-8", errors="surrogateescape")
    with pytest.raises(DeclarationError, match=why) as caught:
        own_tasks(tmp_path, board())
    assert caught.value.cure
    assert str(path) in str(caught.value)


def test_what_is_wrong_with_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such folder — .* — make it, or begin with: phosphene new task"):
        own_tasks(tmp_path / "nowhere", board())
    (tmp_path / "empty.py").write_text("")
    with pytest.raises(ConfigError, match="no file in this folder declares a task"):
        own_tasks(tmp_path, board())
    (tmp_path / "gpio.py").write_text(TASK)
    with pytest.raises(ConfigError, match=r"the firmware has a task file gpio\.py already"):
        own_tasks(tmp_path, board())
    (tmp_path / "gpio.py").rename(tmp_path / "my-kettle.py")
    with pytest.raises(ConfigError, match="can't be imported by its name"):
        own_tasks(tmp_path, board())


def test_a_board_that_is_real_or_runs_already_is_given_no_tasks(tmp_path: Path, run_time_folder: Path) -> None:
    async def up(rig: str, tasks: Path | None) -> None:
        async with rig_up(rig, tasks):
            if tasks is None:
                await up(rig, tmp_path)

    with pytest.raises(ConfigError, match="a real board has the tasks that were put on it"):
        asyncio.run(up("laptop-pico", tmp_path))
    with pytest.raises(ConfigError, match="its simulated board runs already"):
        asyncio.run(up("sim", None))
