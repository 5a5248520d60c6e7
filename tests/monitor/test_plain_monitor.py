# SPDX-License-Identifier: Apache-2.0
"""`phosphene monitor` and `phosphene run` without a terminal: piped, as JSON, ended from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from phosphene_tools.sim.blocking_client import BlockingSimClient
from tests.monitor.conftest import Bench


def lines_until(process: subprocess.Popen[str], what: str) -> list[str]:
    """Read lines up to the first that holds `what`; the test's time limit ends what never comes."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if what in line:
            return lines
    raise AssertionError(f"{what!r} never came; {lines}")


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> str:
    process.send_signal(number)
    rest, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    return rest


def test_frames_of_others_are_told_while_they_happen(bench: Bench, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    monitor = bench.start("monitor", "--filter", "exact.*,echo.*", "--save-log", str(log))
    lines_until(monitor, "attached to")
    bench.run("call", "exact.decimal", "a=1.5", "op=+", "b=2", "places=1")
    call, result = lines_until(monitor, "value=")
    assert call.split()[1:] == ["→", "CALL", call.split()[3], "exact.decimal", "a=1.5", "op=+", "b=2", "places=1"]
    assert result.split()[1:3] == ["←", "RESULT"]
    assert result.endswith("exact.decimal    value=3.5 exact=true")
    assert "\x1b" not in call + result
    end(monitor)
    logged = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"CALL", "RESULT", "NOTE"} <= {entry["type"] for entry in logged}
    assert any(entry.get("task") == "board.clock" or entry["type"] == "HELLO" or entry.get("args") for entry in logged)


def test_json_tells_reset_and_reconnection(bench: Bench) -> None:
    monitor = bench.start("monitor", "-o", "json", "--filter", "note")
    lines_until(monitor, "attached to")
    with BlockingSimClient(bench.control) as board:
        board.reset()
        up = json.loads(lines_until(monitor, "line up")[-1])
        assert (up["type"], up["grade"]) == ("NOTE", "note")
        assert "the board was reset (pin)" in up["text"]
        board.pull_cable()
        lines_until(monitor, "line down")
        board.plug_cable()
        lines_until(monitor, "line up")
    end(monitor, signal.SIGINT)


def test_a_broker_that_is_killed_is_replaced(bench: Bench) -> None:
    monitor = bench.start("monitor", "--filter", "!hello,welcome")
    lines_until(monitor, "attached to")
    status = json.loads(bench.run("broker", "status", "-o", "json").stdout.splitlines()[0])
    os.kill(status["pid"], signal.SIGKILL)
    lines_until(monitor, "line up: attached to a new broker")
    bench.run("call", "board.clock")
    lines_until(monitor, "time_us=")
    end(monitor)


def test_a_reader_that_leaves_ends_it(bench: Bench) -> None:
    with bench.start("monitor") as monitor:
        lines_until(monitor, "attached to")
        assert monitor.stdout is not None
        assert monitor.stderr is not None
        monitor.stdout.close()
        bench.run("call", "board.clock")
        monitor.wait(timeout=20)
        assert (monitor.returncode, monitor.stderr.read()) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_ends_the_log_and_is_told(bench: Bench) -> None:
    found = bench.run("monitor", "--for", "0.3", "--save-log", "/dev/full")
    assert found.returncode == 1
    assert found.stderr == "error: the log can't be written: No space left on device — /dev/full — name another file\n"


def test_it_ends_by_itself_when_asked(bench: Bench) -> None:
    found = bench.run("monitor", "--for", "0.2", "--rig", "sim")
    assert (found.returncode, found.stderr) == (0, "")
    assert "attached to" in found.stdout


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--filter", "resul"], 2, "did you mean result?"),
        (["-p", "/dev/nothing-here"], 1, "/dev/nothing-here"),
        (["-p", "id:nothing"], 1, "nothing on USB has the id 'nothing'"),
        (["-p", "socket://127.0.0.1:1"], 1, "socket://127.0.0.1:1"),
        (["--rig", "smi"], 1, "the nearest is 'sim'"),
        (["--save-log", "/"], 1, "the log can't be written"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(nowhere: Bench, words: list[str], code: int, says: str) -> None:
    found = nowhere.run("monitor", *words)
    assert (found.returncode, found.stdout) == (code, "")
    assert says in " ".join(found.stderr.replace("│", " ").split())


def test_two_boards_are_listed_and_none_is_watched(bench: Bench) -> None:
    with bench.start("sim", "-o", "json") as second:
        try:
            assert second.stdout is not None
            other = json.loads(second.stdout.readline())["port_link"]
            found = bench.run("monitor", "--rig", "sim")
            assert (found.returncode, found.stdout) == (2, "")
            assert found.stderr.startswith("error: 2 boards fit: -p ")
            assert bench.port in found.stderr
            assert other in found.stderr
            chosen = bench.run("monitor", "-p", other, "--for", "0.1")
            assert (chosen.returncode, other in chosen.stdout) == (0, True)
        finally:
            second.terminate()


def test_run_starts_the_simulated_board_and_ends_it(nowhere: Bench) -> None:
    run = nowhere.start("run", "--headless")
    told = dict(line.split(maxsplit=1) for line in lines_until(run, "watch"))
    assert told["rig"] == "sim: simulated board, started here"
    assert "after power-on" in told["board"]
    assert nowhere.run("call", "exact.integer", "a=6", "op=*", "b=7").stdout.splitlines()[0] == "value     = 42"
    with nowhere.start("run", "--headless") as second:
        assert "was there already" in lines_until(second, "rig")[-1]
        end(second)
    assert nowhere.run("call", "board.clock").returncode == 0
    end(run, signal.SIGINT)
    assert nowhere.run("call", "board.clock", "--rig", "sim").returncode == 1


def test_run_says_when_its_simulated_board_dies(nowhere: Bench) -> None:
    with nowhere.start("run", "--headless") as run:
        lines_until(run, "watch")
        environment = nowhere.environment
        boards = [json.loads(path.read_text()) for path in Path(environment["XDG_RUNTIME_DIR"]).glob("*/sim-*.json")]
        os.kill(boards[0]["pid"], signal.SIGKILL)
        _, errors = run.communicate(timeout=20)
    assert run.returncode == 1
    assert "the simulated board ended with status -9" in errors


def test_run_of_a_rig_that_is_not_there_says_what_to_try(nowhere: Bench) -> None:
    found = nowhere.run("run", "--headless", "--rig", "laptop-pico")
    assert found.returncode == 1
    assert "no Raspberry Pi Pico on USB" in found.stderr
