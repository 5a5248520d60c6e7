# SPDX-License-Identifier: Apache-2.0
"""Virtual environments on the host, shared by all sets that need the same."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

from .problem import Problem

_INSTALL_S = 1800
_DONE = "complete"


class Environments:
    """The environments below `folder`, each named by what is in it."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._say = say

    def python(self, needs: Sequence[str], slot: Path) -> Path:
        """Return the interpreter of an environment with `needs`, made now if there is none. Raises Problem.

        Wheels in the set are all that is installed from; without any, the host's package index is asked.
        """
        wheels = sorted((slot / "wheels").glob("*.whl"))
        named = [sys.version, platform.machine(), sorted(needs), [path.name for path in wheels]]
        name = hashlib.sha256(json.dumps(named).encode()).hexdigest()[:16]
        folder = self._folder / name
        python = folder / "bin" / "python"
        if (folder / _DONE).is_file() and python.exists():
            return python
        self._say(f"making an environment with {len(needs)} packages")
        shutil.rmtree(folder, ignore_errors=True)
        self._make(folder, slot)
        source = ["--no-index", "--find-links", str(slot / "wheels")] if wheels else []
        self._install(python, slot, [*source, *needs])
        (folder / _DONE).write_text("\n".join(needs))
        return python

    def keep(self, pythons: set[str]) -> None:
        """Remove the environments that no set names."""
        kept = {Path(python).parent.parent.name for python in pythons}
        for folder in self._folder.glob("*"):
            if folder.name not in kept:
                shutil.rmtree(folder)

    def _make(self, folder: Path, slot: Path) -> None:
        with_pip = not any((slot / "pip").glob("pip-*.whl"))
        try:
            venv.create(folder, with_pip=with_pip, symlinks=True)
        except subprocess.CalledProcessError as error:
            raise Problem(
                "the host's Python has no pip", sys.executable, "sudo apt-get install python3-venv"
            ) from error

    def _install(self, python: Path, slot: Path, arguments: Sequence[str]) -> None:
        ours = next(iter(sorted((slot / "pip").glob("pip-*.whl"))), None)
        pip = [str(ours / "pip")] if ours else ["-m", "pip"]
        command = [str(python), *pip, "install", "--disable-pip-version-check", "--no-input", *arguments]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_S, check=False)
        except subprocess.TimeoutExpired as error:
            raise Problem("pip did not come to an end", str(python), "give it wheels: --wheels FOLDER") from error
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
            cure = "connect the host to its package index, or give it wheels: --wheels FOLDER"
            raise Problem(f"pip failed: {said[-1] if said else 'no reason given'}", str(python), cure)
