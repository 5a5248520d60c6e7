# SPDX-License-Identifier: Apache-2.0
"""Writes the first files of a task: itself and its test."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from string import Template

from phosphene.errors import ConfigError
from phosphene_tools import places
from phosphene_tools.new_task import templates

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)


@dataclass(frozen=True)
class Scaffold:
    """The two files that were written."""

    task: Path
    test: Path


def scaffold(name: str, *, process: bool = False, into: Path | None = None) -> Scaffold:
    """Write task file `name` and a test of it: into the firmware, or both into the folder `into`, made if need be.

    Raises ConfigError, with nothing written: no usable name, a file that is there already, no such
    folder, or tools without the sources of the firmware and no `into`.
    """
    _check(name)
    if into is None:
        root = places.checkout()
        if root is None:
            raise ConfigError(
                "these tools were installed without the firmware's sources",
                place=str(places.coprocessor()),
                cure="name a folder of your own with --into FOLDER",
            )
        files = Scaffold(root / "firmware" / "coprocessor" / "tasks" / f"{name}.py", root / _test_name(name))
    else:
        if not into.is_dir() and not into.absolute().parent.is_dir():
            raise ConfigError("there is no such folder", place=str(into.parent), cure="make it, or name another")
        files = Scaffold(into / f"{name}.py", into / Path(_test_name(name)).name)
    taken = places.coprocessor() / "tasks" / f"{name}.py"
    for path in (taken, files.task, files.test):
        if path.exists():
            raise ConfigError(f"{path.name} is there already", place=str(path), cure="choose another name for the task")
    task, test = _contents(name, process=process, own=into is not None)
    try:
        files.task.parent.mkdir(exist_ok=True)
        files.test.parent.mkdir(exist_ok=True)
        for path, content in ((files.task, task), (files.test, test)):
            with path.open("x", encoding="utf-8") as file:
                file.write(content)
    except OSError as error:
        raise ConfigError(
            f"it can't be written: {error.strerror}",
            place=str(error.filename),
            cure="choose another folder with --into",
        ) from error
    return files


def _check(name: str) -> None:
    cure = "begin with a letter a to z, go on with letters, digits and _, 32 at most, as in kettle"
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} can't be the name of a task file", place="NAME", cure=cure)
    if keyword.iskeyword(name):
        raise ConfigError(f"{name!r} is a word of Python's own", place="NAME", cure=f"take another, like {name}_")
    if name.startswith("test_"):
        raise ConfigError(f"{name!r} would be taken for a test", place="NAME", cure="leave out test_")


def _test_name(name: str) -> str:
    return f"tests/tasks/test_{name}.py"


def _contents(name: str, *, process: bool, own: bool) -> tuple[str, str]:
    task, test = (templates.PROCESS, templates.PROCESS_TEST) if process else (templates.CALL, templates.CALL_TEST)
    imports = templates.OWN_IMPORTS if own else templates.FIRMWARE_IMPORTS
    words = {"name": name, "spoken": name.replace("_", " ").strip(), "tasks": "TASK" if own else ""}
    words["imports"] = Template(imports).substitute(words)
    first = "" if own else templates.LICENSE_LINE  # what a maker writes is the maker's
    return first + Template(task).substitute(words), first + Template(test).substitute(words)
