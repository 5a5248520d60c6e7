# SPDX-License-Identifier: Apache-2.0
"""`phosphene sim` as a program: what it prints, how it ends, and that nothing is left when it is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from phosphene_tools.sim.blocking_client import BlockingSimClient
from tests.sim.desk import TIMEOUT

PHOSPHENE = [sys.executable, "-c", "from phosphene_tools.cli import main; main()"]


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the program folders of its own: what lies there afterwards was left behind."""
    with tempfile.TemporaryDirectory(prefix="ph-") as name:
        folder = Path(name)
        for variable, part in (("TMPDIR", "temporary"), ("XDG_RUNTIME_DIR", "run")):
            (folder / part).mkdir(mode=0o700)
            monkeypatch.setenv(variable, str(folder / part))
        root = Path(__file__).parents[2]
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(root / part) for part in ("firmware", "host_tools")))
        yield folder


@contextmanager
def running(*options: str) -> Generator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Start the simulator with JSON output; yields the process and what it printed."""
    command = [*PHOSPHENE, "sim", "-o", "json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            yield process, json.loads(line)
        finally:
            process.kill()


def family(process: subprocess.Popen[str]) -> list[int]:
    """Return the process ids of everything that the program has started, and of what that has started."""
    found = [process.pid]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found[1:]


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def nothing_is_left(places: Path, pids: list[int]) -> bool:
    """Wait until the processes are gone and the temporary folder is empty."""
    ends = time.monotonic() + TIMEOUT
    while time.monotonic() < ends:
        if not any(alive(pid) for pid in pids) and not list((places / "temporary").iterdir()):
            return True
        time.sleep(0.01)
    return False


def test_it_prints_paths_that_programs_can_open(places: Path) -> None:
    with running("--seed", "1") as (process, facts):
        assert facts["rig"] == "sim"
        for key in ("port", "port_link", "repl_port"):
            os.close(os.open(facts[key], os.O_RDWR | os.O_NOCTTY))
        with BlockingSimClient(facts["control"]) as board:
            assert board.info()["port"] == facts["port"]
            board.reset()
        process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT) == 0
    assert nothing_is_left(places, [])


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("options", [[], ["--baud", "115200"]])
def test_however_it_ends_nothing_is_left(places: Path, number: signal.Signals, options: list[str]) -> None:
    own = places / "control"
    with running("--control", str(own), *options) as (process, _facts):
        pids = family(process)
        assert len(pids) == 2 + len(options) // 2  # nursery and firmware, and the pump of a UART
        assert own.exists()
        process.send_signal(number)
        process.wait(TIMEOUT)
        assert nothing_is_left(places, pids)
        assert not own.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_killed_nursery_takes_the_firmware_along(places: Path) -> None:
    with running() as (process, facts):
        nursery, firmware = family(process)
        os.kill(nursery, signal.SIGKILL)
        assert process.stderr is not None
        assert "start the simulator again" in process.stderr.readline()
        assert not alive(firmware)
        with BlockingSimClient(facts["control"]) as board, pytest.raises(Exception, match="is gone"):
            board.reset()
        process.send_signal(signal.SIGTERM)
        process.wait(TIMEOUT)
    assert nothing_is_left(places, [nursery, firmware])


def test_files_stay_where_flash_says(places: Path) -> None:
    folder = places / "board"
    keys: list[str] = []
    for _ in range(2):
        with running("--flash", str(folder)) as (process, facts):
            assert facts["flash_dir"] == str(folder)
            with BlockingSimClient(facts["control"]) as board:
                keys.append(board.info()["arm_key"])
            process.send_signal(signal.SIGTERM)
            process.wait(TIMEOUT)
    assert keys[0] == keys[1]
    assert (folder / "main.py").exists()


def test_text_for_people_names_both_ports() -> None:
    command = [*PHOSPHENE, "sim"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(6)]
        process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT) == 0
    text = "".join(lines)
    assert "simulated board of rig sim" in text
    for word in ("line ", "REPL ", "control ", "files ", "Ctrl-C"):
        assert word in text


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (["--rig", "simm"], 1, "simm"),
        (["--micropython", "/no/such/micropython"], 1, "--micropython"),
        (["--flash", "/dev/null/flash"], 1, "--flash"),
        (["--control", "/no/such/folder/control"], 1, "--control"),
        (["--baud", "5"], 2, "--baud"),
    ],
)
def test_what_can_not_be_is_told_in_one_line(places: Path, options: list[str], status: int, said: str) -> None:
    ended = subprocess.run([*PHOSPHENE, "sim", *options], capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert ended.returncode == status
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    if status == 1:
        assert ended.stderr.startswith("error: ")
    assert nothing_is_left(places, [])
