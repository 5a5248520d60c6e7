# SPDX-License-Identifier: Apache-2.0
"""`phosphene run` as a person starts and ends it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

import httpx
import pytest

from tests.console.running import Page, connected
from tests.monitor.conftest import PHOSPHENE, private_environment


@contextmanager
def started(folder: Path, *options: str) -> Generator[subprocess.Popen[str]]:
    command = [*PHOSPHENE, "run", *options]
    environment = private_environment(folder)
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True, env=environment) as process:
        try:
            yield process
        finally:
            # Ended and not killed, where a test failed: its simulated board ends with it.
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def told(process: subprocess.Popen[str], last: str) -> dict[str, str]:
    """Read the rows that it prints, up to the one called `last`."""
    assert process.stdout is not None
    rows: dict[str, str] = {}
    for line in process.stdout:
        name, _, text = line.strip().partition(" ")
        rows[name] = text.strip()
        if name == last:
            return rows
    raise AssertionError(f"{last} never came: {rows}")


def _ours(errors: str) -> list[str]:
    """The lines that we said: LiteRT tells on standard error that it uses its own kernels."""
    return [line for line in errors.splitlines() if not line.startswith("INFO: Created TensorFlow Lite")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_shows_a_page_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with started(tmp_path, "--console-port", "0") as run:
        rows = told(run, "watch")
        assert rows["rig"] == "sim: simulated board, started here"
        address = rows["console"]
        assert "<canvas" in httpx.get(address).text
        with connected(address) as connection:
            page = Page(connection)
            while page.next("about")["board"] != "sim: live":
                pass
            page.send(type="typed", line="exact.integer 6 * 7")
            run.send_signal(number)
            _, errors = run.communicate(timeout=20)
        assert (run.returncode, _ours(errors)) == (0, [])
    assert list(tmp_path.glob("*/sim-*.json")) == [], "the simulated board has ended, too"


def test_a_taken_port_ends_it_with_a_cure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with started(tmp_path, "--console-port", port) as run:
            out, errors = run.communicate(timeout=20)
    assert (run.returncode, out) == (1, "")
    assert errors.startswith("error: the port is taken — console, 127.0.0.1 port")
    assert "--console-port" in errors
    assert len(errors.splitlines()) == 1


def test_an_address_that_others_can_reach_is_refused(tmp_path: Path) -> None:
    with started(tmp_path, "--console-host", "0.0.0.0") as run:
        _, errors = run.communicate(timeout=20)
    assert run.returncode == 1
    assert "wants a token and TLS" in errors


def test_a_board_that_dies_ends_the_run(tmp_path: Path) -> None:
    with started(tmp_path, "--console-port", "0") as run:
        told(run, "watch")
        (board,) = [json.loads(path.read_text()) for path in tmp_path.glob("*/sim-*.json")]
        os.kill(board["pid"], signal.SIGKILL)
        _, errors = run.communicate(timeout=20)
    assert run.returncode == 1
    assert _ours(errors)[0].startswith("error: the simulated board ended with status -9")
