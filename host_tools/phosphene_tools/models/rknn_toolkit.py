# SPDX-License-Identifier: Apache-2.0
"""The RKNN toolkit in an environment of its own: makes it, and compiles published graphs with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import platformdirs

from phosphene.errors import PhospheneError
from phosphene_tools.models import rknn_compiler, rknn_onnx
from phosphene_tools.models.card import sha256_of
from phosphene_tools.models.rknn_file import Compiled, RknnFile, compiled, write_rknn
from phosphene_tools.models.rknn_source import Run, write_source
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


def compile_model(graphs: Sequence[Path], runs: Mapping[Path, Sequence[Run]], out: Path, folder: Path) -> RknnFile:
    """Compile published graphs of one model, calibrated on `runs`, and return what is written to `out`/rknn.toml.

    The compiled files lie in `out`, too. Raises PhospheneError.
    """
    _need(folder)
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        made_of: dict[str, str] = {}
        for graph in graphs:
            if not runs.get(graph):
                raise PhospheneError(
                    "nothing ran on it that it could be calibrated with",
                    place=str(graph),
                    cure="hand over the recipe's own ONNX and samples with --work",
                )
            write_source(graph, runs[graph], work)
            command = [str(_python(folder)), "-I", str(Path(rknn_onnx.__file__).resolve())]
            _output([*command, f"{graph.stem}.npz", f"{graph.stem}.onnx"], f"{graph.name} makes no ONNX", work)
            made_of[graph.stem] = sha256_of(graph)
        return compile_graphs(work, out, folder, made_of)


def compile_graphs(work: Path, out: Path, folder: Path, made_of: Mapping[str, str] | None = None) -> RknnFile:
    """Compile every .onnx in `work` into `out`, and return what is written to `out`/rknn.toml.

    `made_of` gives the hashes of the published graphs that they came from. Raises PhospheneError.
    """
    sources = sorted(work.glob("*.onnx"))
    if not sources:
        raise PhospheneError(
            "there is no ONNX file",
            place=str(work),
            cure=f"phosphene models build {out.name}; or leave --work out, to compile the published graphs",
        )
    _need(folder)
    out.mkdir(parents=True, exist_ok=True)
    found: dict[str, Compiled] = {}
    version = ""
    for source in sources:
        target = out / f"{source.stem}.rknn"
        table = _compile(source, target, folder)
        version = table.compiler
        found[source.stem] = compiled(table, target, sha256_of(target), (made_of or {}).get(source.stem, ""))
    return write_rknn(out, found, version)


def _need(folder: Path) -> None:
    if not _python(folder).exists():
        raise PhospheneError("the RKNN toolkit is not set up", place=str(folder), cure="phosphene models rknn-setup")


def _compile(source: Path, target: Path, folder: Path) -> RknnTable:
    # The compiler drops files of its own into the folder that it runs in.
    with tempfile.TemporaryDirectory() as scratch:
        here = Path(scratch)
        (here / f"{source.stem}.samples").symlink_to(source.with_name(f"{source.stem}.samples").resolve())
        samples, judged = (source.with_name(f"{source.stem}.{kind}.txt").resolve() for kind in ("samples", "judged"))
        # A recipe's own ONNX comes with samples alone.
        lists = [path for path in (samples, judged) if path.exists()]
        for path in lists:
            shutil.copy(path, here / path.name)
        made = here / target.name
        script = Path(rknn_compiler.__file__).resolve()
        # Isolated: neither this package's folder nor the user's own modules come before the toolkit's.
        command = [str(_python(folder)), "-I", str(script), str(source.resolve()), samples.name, str(made)]
        text = _output([*command, *(path.name for path in lists[1:])], f"{source.name} can't be compiled", here)
        try:
            table = parse(text)
        except ValueError as error:
            raise PhospheneError(
                str(error), place=str(source), cure="use the pinned toolkit: phosphene models rknn-setup"
            ) from error
        shutil.copy(made, target)
    return table


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
