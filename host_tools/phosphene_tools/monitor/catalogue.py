# SPDX-License-Identifier: Apache-2.0
"""The capability dictionary as a person reads it: what `phosphene call --list` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.schema import Field
from phosphene_tools.monitor.palette import Fragment
from phosphene_tools.monitor.values import with_unit


def listing(dictionary: Dictionary, only: str = "") -> Iterator[list[Fragment]]:
    """Yield the lines that describe the tasks, or those whose name begins with `only`."""
    for task in dictionary.tasks:
        if task.name.startswith(only):
            yield from _task(task)


def _task(task: Task) -> Iterator[list[Fragment]]:
    marks = [task.kind, task.privilege]
    if task.idempotent:
        marks.append("idempotent")
    if task.writes_per_hour:
        marks.append(f"{task.writes_per_hour} flash writes an hour")
    yield [("task", f"{task.name:<20}"), ("dim", ", ".join(marks))]
    if task.help:
        yield [("", f"    {task.help}")]
    for field in task.args:
        yield [("key", f"    {field.name:<12}"), ("", field.allowed().partition(" takes ")[2])]
    for word, fields in (("gives", task.results), ("tells", task.progress), ("event", task.event)):
        if fields:
            yield [("dim", f"    {word:<12}"), ("", _fields(fields))]


def _fields(fields: Sequence[Field]) -> str:
    return ", ".join(f"{field.name} {with_unit(field.kind, field.unit and f'in {field.unit}')}" for field in fields)


def as_objects(dictionary: Dictionary, only: str = "") -> Iterator[dict[str, Any]]:
    """Yield one JSON object per task, with the keys of PROTOCOL.md, section 7, defaults written out."""
    for task in dictionary.tasks:
        if task.name.startswith(only):
            yield {key: value for key, value in asdict(task).items() if key not in ("module", "function")}
