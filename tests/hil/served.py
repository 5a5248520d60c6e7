# SPDX-License-Identifier: Apache-2.0
"""Programs that serve simulated boards to a bench, as on another machine: `phosphene hil serve`, and labgrid's own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import IO

import pytest

from tests.hil.conftest import ROOTS

PATIENCE_S = 200.0
"""Against hanging; never a measure."""
PHOSPHENE = [sys.executable, "-c", "from phosphene_tools.cli import main; main()"]
_LABGRID = "PHOSPHENE_LABGRID"
_OWN_LABGRID = Path(__file__).parents[2] / "build" / "labgrid" / "bin" / "python"


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds."""
    ends = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < ends, f"waited {PATIENCE_S:g} s for {what}"
        time.sleep(0.05)


@contextlib.contextmanager
def running(command: Sequence[str], folder: Path, log: IO[str] | None = None) -> Generator[subprocess.Popen[str]]:
    """Run a program for as long as the block lasts; its output comes through a pipe, or goes to `log`."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(ROOTS), "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=log or subprocess.PIPE,
        stderr=log,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def served_board(folder: Path, rig: str = "sim") -> Generator[tuple[subprocess.Popen[str], str]]:
    """Serve a simulated board; yields the program and the address of the line."""
    with running([*PHOSPHENE, "hil", "serve", "--rig", rig], folder) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["repl_port"]
        yield process, f"socket://127.0.0.1:{said['port']}"


def labgrid_python() -> str:
    """Return the Python that labgrid is installed in; skips, visibly, where there is none."""
    path = Path(os.environ.get(_LABGRID, _OWN_LABGRID))
    if not path.exists():
        pytest.skip(f"labgrid is not there: `make test` installs it; or name its Python in {_LABGRID}")
    return str(path)
