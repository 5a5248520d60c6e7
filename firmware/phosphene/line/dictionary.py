# SPDX-License-Identifier: Apache-2.0
"""The capability dictionary: which tasks the firmware offers, typed (PROTOCOL.md, section 7)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from phosphene.errors import LineError, UnknownTask
from phosphene.line.schema import Field

HASH_SIZE = 8
_TASK_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", re.ASCII)
_FIELD_LISTS = ("args", "results", "progress", "event")

Privilege = Literal["read", "operate", "arm", "maintain"]


@dataclass(frozen=True)
class Task:
    """One task as the firmware declares it. `number` is its line in the dictionary, counted from 0.

    `longest_ms` bounds the run time of a call (of a process: of its start); `writes_per_hour` is what a durable
    task may write to flash. Raises ValueError for a declaration that contradicts itself.
    """

    name: str
    number: int = 0
    kind: Literal["call", "process"] = "call"
    says: tuple[str, ...] = ()
    args: tuple[Field, ...] = ()
    results: tuple[Field, ...] = ()
    progress: tuple[Field, ...] = ()
    event: tuple[Field, ...] = ()
    idempotent: bool = False
    longest_ms: int = 10
    privilege: Privilege = "operate"
    exactness: Literal["painted", "overlay"] = "painted"
    on_lease_loss: Literal["go_on", "stop", "safe"] = "stop"
    writes_per_hour: int = 0
    help: str = ""
    module: str = ""
    function: str = ""

    # Read by pydantic: JSON numbers stay numbers and strings strings; a key of a later minor version is passed over.
    __pydantic_config__ = ConfigDict(strict=True, extra="ignore")

    def __post_init__(self) -> None:
        if not _TASK_NAME.fullmatch(self.name):
            raise ValueError(f"task name {self.name!r} is not of the form module.task, in lower case")
        for key in _FIELD_LISTS:
            names = [field.name for field in getattr(self, key)]
            if len(set(names)) != len(names):
                raise ValueError(f"{key} repeats a name: {', '.join(names)}")
        if self.longest_ms < 0 or self.writes_per_hour < 0:
            raise ValueError("longest_ms and writes_per_hour are not negative")
        if self.progress and self.kind != "process":
            raise ValueError("only a process has progress")

    @property
    def is_process(self) -> bool:
        """Whether it is started and observed rather than answered at once."""
        return self.kind == "process"


_TASK = TypeAdapter(Task)


class Dictionary:
    """The tasks of one firmware, by number and by name. Never changes; `hash` identifies it, `raw` is its text."""

    def __init__(self, tasks: tuple[Task, ...], hash_: bytes, raw: bytes = b"") -> None:
        self.tasks = tasks
        self.hash = hash_
        self.raw = raw
        self._by_name = {task.name: task for task in tasks}

    @classmethod
    def parse(cls, raw: bytes, *, place: str = "capability dictionary") -> Dictionary:
        """Return the dictionary written in `raw`, one line of JSON per task.

        Raises LineError naming line, key and what was expected.
        """
        if not raw.endswith(b"\n"):
            raise _wrong("it breaks off in the middle of a line", f"{place}, line {raw.count(10) + 1}")
        tasks: dict[str, Task] = {}
        for number, line in enumerate(raw[:-1].split(b"\n")):
            where = f"{place}, line {number + 1}"
            task = _parse_task(line, number, where)
            if task.name in tasks:
                first = tasks[task.name].number + 1
                raise _wrong(f"task {task.name} is declared twice, first in line {first}", where)
            tasks[task.name] = task
        return cls(tuple(tasks.values()), hash_of(raw), raw)

    def task(self, name: str) -> Task:
        """Return the task called `name`. Raises UnknownTask with the nearest names."""
        found = self._by_name.get(name)
        if found is None:
            near = get_close_matches(name, self._by_name, n=3, cutoff=0.0)
            raise UnknownTask(
                f"the board has no task {name!r}",
                place="capability dictionary",
                cure=f"the nearest are {', '.join(near)}",
            )
        return found

    def name_of(self, number: int) -> str:
        """Return the name of task `number`, or a word for a number that the dictionary lacks."""
        return self.tasks[number].name if 0 <= number < len(self.tasks) else f"task {number}"


def hash_of(raw: bytes) -> bytes:
    """Return what hello announces for the dictionary text `raw`: eight bytes of its SHA-256."""
    return hashlib.sha256(raw).digest()[:HASH_SIZE]


def _parse_task(line: bytes, number: int, where: str) -> Task:
    try:
        task = _TASK.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
        raise _wrong(first["msg"].removeprefix("Value error, "), f"{where}, {key}" if key else where) from None
    return replace(task, number=number)


def _wrong(what: str, where: str) -> LineError:
    return LineError(what, place=where, cure="build the firmware's dictionary again and update the board")
