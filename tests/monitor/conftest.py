# SPDX-License-Identifier: Apache-2.0
"""A simulated board that runs the real firmware, in a process of its own, and the commands to watch it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE

import pytest

from phosphene_tools.cli import main

PHOSPHENE = (sys.executable, "-c", "from phosphene_tools.cli import main; main()")


@dataclass(frozen=True)
class Bench:
    """Where the commands run: an environment of their own, and the board that is there."""

    environment: dict[str, str]
    port: str
    repl: str
    control: str

    def start(self, *words: str, **more: str) -> subprocess.Popen[str]:
        """Start `phosphene words…` with `more` in its environment."""
        environment = self.environment | more
        return subprocess.Popen([*PHOSPHENE, *words], stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True, env=environment)

    def run(self, *words: str) -> Ran:
        """Run `phosphene words…` to its end, in this process: an interpreter of its own would take most of the time."""
        out, errors = io.StringIO(), io.StringIO()
        code: str | int | None = 0
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(errors):
            for key in ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "COLUMNS"):
                patch.setenv(key, self.environment[key])
            patch.setattr(sys, "argv", ["phosphene", *words])
            try:
                main()
            except SystemExit as end:
                code = end.code
        return Ran(code, out.getvalue(), errors.getvalue())


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    returncode: str | int | None
    stdout: str
    stderr: str


def private_environment(folder: Path) -> dict[str, str]:
    """An environment without colours' settings, in which no board and no broker of the tester's own is seen."""
    gone = ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "CI")
    kept = {key: value for key, value in os.environ.items() if key not in gone}
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return kept | {"XDG_RUNTIME_DIR": str(folder), "XDG_CACHE_HOME": str(folder), "PYTHONPATH": path, "COLUMNS": "100"}


@pytest.fixture(scope="session")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A bench without a board."""
    return Bench(private_environment(tmp_path_factory.mktemp("none")), "", "", "")


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A bench with the simulated board of rig sim."""
    environment = private_environment(tmp_path_factory.mktemp("run"))
    command = [*PHOSPHENE, "sim", "-o", "json"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            board = json.loads(process.stdout.readline())
            yield Bench(environment, board["port_link"], board["repl_port"], board["control"])
        finally:
            process.terminate()
