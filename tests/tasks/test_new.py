# SPDX-License-Identifier: Apache-2.0
"""`phosphene new task`: what it writes runs, and what it can't write it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from phosphene.errors import ConfigError
from phosphene_tools import places
from phosphene_tools.firmware_image import DeclarationError, read_tasks
from phosphene_tools.new_task import Scaffold, scaffold
from phosphene_tools.new_task.trial import firmware_with


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from phosphene_tools.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=50, check=False
    )


def test_call_and_process_are_written_with_tests_that_pass(tmp_path: Path) -> None:
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
    failed = command("new", "task", "kettle", "--into", str(tmp_path / "nowhere"))
    assert failed.returncode == 1
    assert failed.stderr.startswith("error: there is no such folder — ")


def test_a_trial_names_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    (tmp_path / "gpio.py").write_text("")
    with pytest.raises(ConfigError, match=r"gpio\.py already"):
        firmware_with([tmp_path / "gpio.py"], tmp_path / "a")
    with pytest.raises(ConfigError, match="no such task file"):
        firmware_with([tmp_path / "none.py"], tmp_path / "b")
    wrong = tmp_path / "counter.py"
    wrong.write_text('@task("counter.next")\ndef next_():\n    global n\n    n += 1\n')
    with pytest.raises(DeclarationError, match=r"global 'n' — .*counter\.py:3 — keep"):
        firmware_with([wrong], tmp_path / "c")
    wrong.write_text('@task("counter")\ndef next_():\n    pass\n')
    with pytest.raises(DeclarationError, match="'counter' is no name"):
        firmware_with([wrong], tmp_path / "d")
