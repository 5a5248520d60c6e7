# SPDX-License-Identifier: Apache-2.0
"""Reads task declarations off the firmware's sources, without running them.

A task file imports `machine` and the like, so it can't be imported on a host.
Its declarations are literals under a decorator (`firmware/coprocessor/task.py`),
and the syntax tree has all of them.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phosphene_tools.firmware_image.rules import (
    DEFAULTS,
    FIELD_LISTS,
    NUMBERS,
    TASK_NAME,
    DeclarationError,
    check,
    words_of,
)


@dataclass(frozen=True)
class Declared:
    """One declaration: the dictionary's entry, defaults left out, and where it stands.

    `at_boot` says that its module is imported when the board starts. `bare` names its numbers that declare no unit,
    not even the empty one.
    """

    name: str
    entry: dict[str, Any]
    place: str
    at_boot: bool = False
    bare: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """What the board imports for it."""
        return self.entry["module"]


def _literal(node: ast.expr, place: str) -> Any:
    """The value of a literal; `field(...)` calls become dicts."""
    if isinstance(node, ast.Tuple | ast.List):
        return [_literal(item, place) for item in node.elts]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "field":
        values = [_literal(item, place) for item in node.args]
        if len(values) > 2:
            raise DeclarationError(
                f"{ast.unparse(node)} has more than a name and a kind before its keys",
                place=place,
                cure='write the rest by key: field("litres", "u32", unit="l", max=1000)',
            )
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


def _yields(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))


def _declared(function: ast.FunctionDef, decorator: ast.Call, path: Path) -> Declared:
    place = f"{path}:{decorator.lineno}"
    if len(decorator.args) != 1:
        cure = 'write @task("water.meter", says=(…), …)'
        raise DeclarationError("task() takes its name first, the rest by key", place=place, cure=cure)
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
    check(entry, _yields(function), place)
    wanted = [item["name"] for item in entry.get("args", [])]
    if len(function.args.args) != len(wanted):
        raise DeclarationError(
            f"{name} declares {len(wanted)} arguments, {function.name}() takes {len(function.args.args)}",
            place=place,
            cure="name in args what the function takes, in its order",
        )
    at_boot = entry.pop("at_boot", False)
    if not isinstance(at_boot, bool):
        raise DeclarationError(f"{name}: at_boot is {at_boot!r}", place=place, cure="write True, or leave it out")
    fields = [field for key in FIELD_LISTS for field in entry.get(key, [])]
    bare = tuple(field["name"] for field in fields if field["kind"] in NUMBERS and "unit" not in field)
    for field in fields:
        if not field.get("unit", "bare"):
            del field["unit"]  # what is empty costs the dictionary nothing
    entry = {k: v for k, v in entry.items() if k not in DEFAULTS or v != DEFAULTS[k]}
    entry["module"] = f"tasks.{path.stem}"
    entry["function"] = function.name
    return Declared(name, entry, place, at_boot, bare)


def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a task's file. Raises DeclarationError for what is not Python."""
    try:
        return ast.parse(path.read_text(encoding="utf-8"), str(path))
    except SyntaxError as error:
        what, line = f"this is not Python: {error.msg}", error.lineno or 1
    except ValueError as error:
        what, line = f"this can't be read: {error}", 1
    raise DeclarationError(what, place=f"{path}:{line}", cure="mend this line, or the one before it")


def read_file(path: Path) -> list[Declared]:
    """The tasks that a file declares, in its order. Raises DeclarationError."""
    tree = parsed(path)
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


def read_tasks(folder: Path, own: Iterable[Path] = ()) -> list[Declared]:
    """All tasks of `folder`, the board's own first, then those of the files `own`; in the order of their numbers.

    Raises:
        DeclarationError: naming file and line, what is wrong and what would do.
    """
    paths = sorted(folder.glob("*.py"), key=lambda path: (path.stem != "board", path.stem))
    tasks = [task for path in (*paths, *own) for task in read_file(path)]
    seen: dict[str, str] = {}
    said: dict[tuple[str, ...], Declared] = {}
    for task in tasks:
        if task.name in seen:
            raise DeclarationError(
                f"task {task.name!r} is declared twice",
                place=task.place,
                cure=f"rename this one or the one at {seen[task.name]}",
            )
        seen[task.name] = task.place
        for phrase in task.entry.get("says", []):
            other = said.setdefault(words_of(phrase), task)
            if other is not task:
                raise DeclarationError(
                    f"{task.name} is called {phrase!r}, and so is {other.name}: people would be asked each time",
                    place=task.place,
                    cure=f"give this one or the one at {other.place} other words",
                )
    return tasks
