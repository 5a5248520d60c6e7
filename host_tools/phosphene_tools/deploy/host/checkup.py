# SPDX-License-Identifier: Apache-2.0
"""Runs the check of a slot with its own programs, while the current set goes on."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .problem import Problem

LIMIT_S = 300.0


def checkup(slot: Path, arguments: list[str], tell: Callable[[dict[str, Any]], None]) -> None:
    """Run the check and `tell` each answer. Raises Problem that names what failed."""
    command = [str(slot / "bin" / "python"), "-m", "phosphene_tools.deploy.health", *arguments]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    said: list[str] = []
    ended = threading.Timer(LIMIT_S, _end, [process])
    # A driver may say more on its way than a pipe holds.
    reader = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
    ended.start()
    reader.start()
    failed: list[dict[str, Any]] = []
    try:
        for line in process.stdout:
            answer = _answer(line)
            if answer is not None:
                tell(answer)
                failed += [] if answer["well"] else [answer]
        status = process.wait()
    finally:
        ended.cancel()
        _end(process)
    if failed:
        worst = failed[0]
        raise Problem(f"the check of the {worst['check']} failed: {worst['said']}", slot.name, worst["cure"])
    if status:
        reader.join(5)
        last = said[-1].strip() if said else f"status {status}"
        raise Problem(
            f"the check did not come to its end: {last}", slot.name, f"run it there: {command[0]} -m {command[2]}"
        )


def _answer(line: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and "check" in answer else None


def _end(process: subprocess.Popen[str]) -> None:
    """End it with all that it started: a check that hangs may have a simulated board."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
