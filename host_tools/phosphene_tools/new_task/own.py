# SPDX-License-Identifier: Apache-2.0
"""A folder of tasks of a maker's own: its files, checked before a board gets them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from phosphene.errors import ConfigError
from phosphene_tools import places
from phosphene_tools.firmware_image.declarations import Declared, parsed, read_file, read_tasks
from phosphene_tools.firmware_image.image import sources
from phosphene_tools.firmware_image.rules import DeclarationError

_WIRED = ("inputs", "outputs")


def own_tasks(folder: Path, board: Mapping[str, Any]) -> tuple[Path, ...]:
    """Return the task files in `folder`, tests of them left out. `board` is the `board.json` of the rig.

    Raises ConfigError for a folder without tasks, and for a file that the board can't import or has already;
    DeclarationError, with file and line, for a declaration that is wrong or clashes with another, for a number without
    a unit and a spoken task without help, and for an input or output that the rig doesn't have.
    """
    if not folder.is_dir():
        cure = f"make it, or begin with: phosphene new task NAME --into {folder}"
        raise ConfigError("there is no such folder", place=str(folder), cure=cure)
    files = tuple(path for path in sorted(folder.glob("*.py")) if not path.name.startswith(("test_", "conftest.")))
    declared = 0
    for path in files:
        if not path.stem.isidentifier():
            cure = "use letters, digits and _, as in water_meter.py"
            raise ConfigError(f"{path.name!r} can't be imported by its name", place=str(path), cure=cure)
        tasks = read_file(path)
        declared += len(tasks)
        for task in tasks:
            _check(task)
        _check_pins(path, board)
    if not declared:
        cure = 'put @task("module.verb", …) above a function; docs/add-a-task.md shows one'
        raise ConfigError("no file in this folder declares a task", place=str(folder), cure=cure)
    sources(places.coprocessor(), files)
    read_tasks(places.coprocessor() / "tasks", files)
    return files


def phrases(files: tuple[Path, ...]) -> tuple[str, ...]:
    """Return the spoken names that the tasks in `files` have."""
    return tuple(phrase for path in files for task in read_file(path) for phrase in task.entry.get("says", []))


def _check(task: Declared) -> None:
    """What we keep to in the firmware, and a newcomer is reminded of."""
    if task.bare:
        raise DeclarationError(
            f"{task.name}: {task.bare[0]!r} is a number without a unit",
            place=task.place,
            cure='add unit="l" or what it is; unit="" for a mere count',
        )
    if task.entry.get("says") and not task.entry.get("help", "").strip():
        raise DeclarationError(
            f"{task.name} has no description",
            place=task.place,
            cure='add help="…", one sentence: people read it when they are asked whether it shall be done',
        )


def _check_pins(path: Path, board: Mapping[str, Any]) -> None:
    for kind, name, line in _named(parsed(path)):
        there = [entry["name"] for entry in board.get(kind, [])]
        if name not in there:
            raise DeclarationError(
                f"rig {board['board']} has no {kind[:-1]} {name!r}",
                place=f"{path}:{line}",
                cure=f"use one of {', '.join(there) or 'none'}, or declare [[{kind[:-1]}]] in the rig.toml",
            )


def _named(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """Yield each `device.inputs.named("…")` and `device.outputs.named("…")` as kind, name and line."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="named", value=ast.Attribute(attr=kind, value=ast.Name(id="device"))),
                args=[ast.Constant(value=str(name))],
            ) if kind in _WIRED:
                yield kind, name, node.lineno
            case _:
                pass
