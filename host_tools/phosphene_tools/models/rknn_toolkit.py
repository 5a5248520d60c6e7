# SPDX-License-Identifier: Apache-2.0
"""The RKNN toolkit in an environment of its own: makes it, and compiles a recipe's ONNX files with it."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import platformdirs

from phosphene.errors import PhospheneError
from phosphene_tools.models import rknn_compiler
from phosphene_tools.models.card import sha256_of
from phosphene_tools.models.placement import PREDICTED
from phosphene_tools.models.rknn_table import RknnTable, parse

# setuptools: the toolkit imports pkg_resources, which left it at 81.
REQUIREMENTS = ("rknn-toolkit2==2.5.0", "setuptools<81")
_NEWEST_PYTHON = (3, 12)
_NEEDED_BYTES = 12 * 1024**3


def environment() -> Path:
    """Return the folder of the toolkit's environment, made or not."""
    return platformdirs.user_data_path("phosphene") / "rknn"


def set_up(folder: Path, python: Path) -> None:
    """Make the environment in `folder` by `python` and install the toolkit, 5.6 GB; raises PhospheneError."""
    version = _output(
        [str(python), "-c", "import sys; print(*sys.version_info[:2])"], "this Python does not run"
    ).split()
    if tuple(map(int, version)) > _NEWEST_PYTHON:
        raise PhospheneError(
            f"the RKNN toolkit has no wheels for Python {'.'.join(version)}",
            place=str(python),
            cure="name an older one: phosphene models rknn-setup --python python3.12",
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder.parent).free
    if free < _NEEDED_BYTES:
        raise PhospheneError(
            f"{free // 1024**2} MiB are free; toolkit and download take {_NEEDED_BYTES // 1024**2} MiB",
            place=str(folder),
            cure="make room, or choose another folder with --venv",
        )
    for command in (
        [str(python), "-m", "venv", str(folder)],
        [str(_python(folder)), "-m", "pip", "install", *REQUIREMENTS],
    ):
        if subprocess.run(command, check=False).returncode:
            raise PhospheneError(
                "the toolkit can't be installed", place=" ".join(command), cure="see above what failed"
            )


def compile_graphs(work: Path, out: Path, folder: Path) -> dict[str, RknnTable]:
    """Compile every .onnx that a recipe left in `work` into `out`, and return the tables by graph.

    Beside each NAME.rknn a NAME.rknn.json holds its table and hash. Raises PhospheneError.
    """
    sources = sorted(work.glob("*.onnx"))
    if not sources:
        raise PhospheneError(
            "the recipe left no ONNX file",
            place=str(work),
            cure=f"phosphene models build {out.name}; not every recipe has one",
        )
    if not _python(folder).exists():
        raise PhospheneError("the RKNN toolkit is not set up", place=str(folder), cure="phosphene models rknn-setup")
    out.mkdir(parents=True, exist_ok=True)
    return {source.stem: _compile(source, out / f"{source.stem}.rknn", folder) for source in sources}


def _compile(source: Path, target: Path, folder: Path) -> RknnTable:
    # The compiler drops files of its own into the folder that it runs in.
    with tempfile.TemporaryDirectory() as scratch:
        here = Path(scratch)
        (here / f"{source.stem}.samples").symlink_to(source.with_name(f"{source.stem}.samples").resolve())
        samples = source.with_name(f"{source.stem}.samples.txt").resolve()
        shutil.copy(samples, here / samples.name)
        made = here / target.name
        script = Path(rknn_compiler.__file__).resolve()
        # Isolated: neither this package's folder nor the user's own modules come before the toolkit's.
        command = [str(_python(folder)), "-I", str(script), str(source.resolve()), samples.name, str(made)]
        text = _output(command, f"{source.name} can't be compiled for RK3588", here)
        try:
            table = parse(text)
        except ValueError as error:
            raise PhospheneError(
                str(error), place=str(source), cure="use the pinned toolkit: phosphene models rknn-setup"
            ) from error
        shutil.copy(made, target)
    description = {"placement": PREDICTED, "sha256": sha256_of(target)} | as_json(table)
    target.with_name(target.name + ".json").write_text(json.dumps(description, indent=1) + "\n", "utf-8")
    return table


def as_json(table: RknnTable) -> dict[str, Any]:
    """Return the table with its sums, for printing."""
    sums = {"npu_throughout": not table.off_npu, "cycles": table.cycles}
    return sums | dataclasses.asdict(table)


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def _output(command: list[str], failure: str, folder: Path | None = None) -> str:
    try:
        done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, errors="replace")
    except OSError as error:
        raise PhospheneError(
            f"{failure}: {error.strerror}", place=command[0], cure="name another with --python"
        ) from error
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise PhospheneError(
            f"{failure}: {said[-1].strip() if said else f'exit code {done.returncode}'}",
            place=" ".join(command[:2]),
            cure="run it by hand to see all that it says",
        )
    return done.stdout + done.stderr


def this_python() -> Path:
    """Return the interpreter that runs now."""
    return Path(sys.executable)
