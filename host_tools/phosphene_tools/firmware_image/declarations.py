# SPDX-License-Identifier: Apache-2.0
"""Reads task declarations off the firmware's sources, without running them.

A task file imports `machine` and the like, so it can't be imported on a host.
Its declarations are literals under a decorator (`firmware/coprocessor/task.py`),
and the syntax tree has all of them.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phosphene.errors import ConfigError

KINDS = frozenset(["bool", "u8", "u16", "u32", "u64", "i32", "i64", "choice", "int", "decimal", "text", "bytes"])
FIELD_KEYS = frozenset({"name", "kind", "unit", "min", "max", "choices"})
CHOICES: dict[str, frozenset[str]] = {
    "kind": frozenset({"call", "process"}),
    "privilege": frozenset({"read", "operate", "arm", "maintain"}),
    "exactness": frozenset({"painted", "overlay"}),
    "on_lease_loss": frozenset({"go_on", "stop", "safe"}),
}
TASK_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", re.ASCII)
FIELD_LISTS = ("args", "results", "progress", "event")
DEFAULTS: dict[str, Any] = {
    "kind": "call",
    "says": [],
    "args": [],
    "results": [],
    "progress": [],
    "event": [],
    "idempotent": False,
    "longest_ms": 10,
    "privilege": "operate",
    "exactness": "painted",
    "on_lease_loss": "stop",
    "writes_per_hour": 0,
    "help": "",
}


class DeclarationError(ConfigError):
    """A task file declares something that the dictionary can't hold."""


@dataclass(frozen=True)
class Declared:
    """One declaration: the dictionary's entry, defaults left out, and where it stands."""

    name: str
    entry: dict[str, Any]
    place: str


def _literal(node: ast.expr, place: str) -> Any:
    """The value of a literal; `field(...)` calls become dicts."""
    if isinstance(node, ast.Tuple | ast.List):
        return [_literal(item, place) for item in node.elts]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "field":
        values = [_literal(item, place) for item in node.args]
        declared = dict(zip(("name", "kind"), values, strict=False))
        declared |= {k.arg: _literal(k.value, place) for k in node.keywords if k.arg}
        return declared
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise DeclarationError(
            f"{ast.unparse(node)!r} is not a literal",
            place=place,
            cure="write strings, numbers, tuples and field(...) only: it is read, not run",
        ) from None


def _check_field(item: Any, key: str, place: str) -> None:
    if not isinstance(item, dict) or not {"name", "kind"} <= item.keys():
        raise DeclarationError(f"{key} holds {item!r}", place=place, cure='write field("seconds", "u32")')
    unknown = sorted(item.keys() - FIELD_KEYS)
    if unknown:
        raise DeclarationError(
            f"field {item['name']!r} has no key {unknown[0]!r}",
            place=place,
            cure=f"use {', '.join(sorted(FIELD_KEYS))}",
        )
    if item["kind"] not in KINDS:
        raise DeclarationError(
            f"field {item['name']!r} is of unknown kind {item['kind']!r}",
            place=place,
            cure=f"use one of {', '.join(sorted(KINDS))}",
        )
    if (item["kind"] == "choice") != bool(item.get("choices")):
        raise DeclarationError(f"field {item['name']!r}: kind choice and its choices go together", place=place)


def _check(entry: dict[str, Any], process: bool, place: str) -> None:
    unknown = sorted(entry.keys() - DEFAULTS.keys() - {"name", "module", "function"})
    if unknown:
        raise DeclarationError(
            f"{entry['name']} has no key {unknown[0]!r}",
            place=place,
            cure=f"use {', '.join(DEFAULTS)}",
        )
    for key, allowed in CHOICES.items():
        if key in entry and entry[key] not in allowed:
            raise DeclarationError(
                f"{entry['name']}: {key} is {entry[key]!r}",
                place=place,
                cure=f"use one of {', '.join(sorted(allowed))}",
            )
    for key in FIELD_LISTS:
        for item in entry.get(key, []):
            _check_field(item, key, place)
    if process != (entry.get("kind") == "process"):
        raise DeclarationError(
            f"{entry['name']}: a function that yields is a process, one that doesn't is a call",
            place=place,
            cure='say kind="process" and yield, or neither',
        )


def _yields(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))


def _declared(function: ast.FunctionDef, decorator: ast.Call, path: Path) -> Declared:
    place = f"{path}:{decorator.lineno}"
    if len(decorator.args) != 1:
        raise DeclarationError("task() takes its name first, the rest by key", place=place)
    name = _literal(decorator.args[0], place)
    if not isinstance(name, str) or not TASK_NAME.fullmatch(name):
        raise DeclarationError(
            f"{name!r} is no name for a task", place=place, cure="two words in lower case with a dot, as in kettle.boil"
        )
    entry: dict[str, Any] = {"name": name}
    for keyword in decorator.keywords:
        if keyword.arg is None:
            raise DeclarationError(f"{name}: ** is not read", place=place)
        entry[keyword.arg] = _literal(keyword.value, place)
    _check(entry, _yields(function), place)
    wanted = [item["name"] for item in entry.get("args", [])]
    if len(function.args.args) != len(wanted):
        raise DeclarationError(
            f"{name} declares {len(wanted)} arguments, {function.name}() takes {len(function.args.args)}",
            place=place,
        )
    entry = {k: v for k, v in entry.items() if k not in DEFAULTS or v != DEFAULTS[k]}
    entry["module"] = f"tasks.{path.stem}"
    entry["function"] = function.name
    return Declared(name, entry, place)


def _in_file(path: Path) -> list[Declared]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    except SyntaxError as error:
        raise DeclarationError(error.msg, place=f"{path}:{error.lineno}") from None
    # The board lets go of idle modules that hold nothing but constants (registry.py), and an
    # assigned global looks like one.
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            raise DeclarationError(
                f"a task's file assigns to the global {node.names[0]!r}",
                place=f"{path}:{node.lineno}",
                cure="keep what it remembers in a list, a dict or an object",
            )
    return [
        _declared(node, decorator, path)
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "task"
    ]


def read_tasks(folder: Path) -> list[Declared]:
    """All tasks of `folder`, the board's own first, in the order of their numbers.

    Raises:
        DeclarationError: naming file and line, what is wrong and what would do.
    """
    paths = sorted(folder.glob("*.py"), key=lambda path: (path.stem != "board", path.stem))
    tasks = [task for path in paths for task in _in_file(path)]
    seen: dict[str, str] = {}
    for task in tasks:
        if task.name in seen:
            raise DeclarationError(
                f"task {task.name!r} is declared twice",
                place=task.place,
                cure=f"rename this one or the one at {seen[task.name]}",
            )
        seen[task.name] = task.place
    return tasks
