# SPDX-License-Identifier: Apache-2.0
"""The programs of a slot: they name interpreter, package and arguments, so that a unit need not change with a set."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_MAIN = "from phosphene_tools.cli import main; main()"
PYTHON = "python"
_NOTE = "environments"


def write(slot: Path, prefix: Path, told: Mapping[str, Any], python: str, worker: str) -> None:
    """Write bin/ of a slot: `python`, `phosphene`, `start` (the supervisor) and `verify`."""
    bin_, package = slot / "bin", slot / "package"
    bin_.mkdir(exist_ok=True)
    shutil.copyfile(sys.argv[0], slot / "host.pyz")
    # Bytecode goes elsewhere: in the slot there is nothing but what was signed.
    settings = {
        "PYTHONPATH": str(package),
        "PYTHONPYCACHEPREFIX": str(prefix / "bytecode" / slot.name),
        "PHOSPHENE_BOARDS": str(slot / "boards"),
        **({"PHOSPHENE_WORKER": worker} if worker else {}),
    }
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in settings.items())
    run = ["run", "--rig", told["rig"], "--accelerator", accelerator(told, worker), *told["run"]]
    ours = shlex.quote(str(bin_))
    texts = {
        PYTHON: f'{exports}exec {shlex.quote(python)} -P "$@"',
        "phosphene": f'exec {ours}/python -c {shlex.quote(_MAIN)} "$@"',
        "start": f"exec {ours}/phosphene {shlex.join(run)}",
        "verify": f"exec {shlex.join([sys.executable, str(slot / 'host.pyz'), str(prefix), '--verify', slot.name])}",
    }
    for name, text in texts.items():
        (bin_ / name).write_text(f"#!/bin/sh\n{text}\n")
        (bin_ / name).chmod(0o755)
    (bin_ / _NOTE).write_text(f"{python}\n{worker}\n")


def accelerator(told: Mapping[str, Any], worker: str) -> str:
    """Return what `--accelerator` takes on this host."""
    return f"{told['accelerator']}:{worker}" if worker else str(told["accelerator"])


def environments(slot: Path) -> tuple[str, str]:
    """Return the interpreters that a slot's programs name: the main one, the accelerator's own; empty for none."""
    path = slot / "bin" / _NOTE
    lines = [*(path.read_text().split("\n") if path.is_file() else []), "", ""]
    return lines[0], lines[1]
