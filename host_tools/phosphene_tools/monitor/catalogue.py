# SPDX-License-Identifier: Apache-2.0
"""The capability dictionary as a person reads it: what `phosphene call --list` prints."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.schema import Field
from phosphene_tools.monitor.palette import Fragment
from phosphene_tools.monitor.values import printable, sign

_WIDTH = 100
_INDENT = "    "


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
        yield from _wrapped(("", ""), task.help)
    for field in task.args:
        yield from _wrapped(("key", f"{field.name:<12}"), field.allowed().partition(" takes ")[2])
    for word, fields in (("gives", task.results), ("tells", task.progress), ("event", task.event)):
        if fields:
            yield from _wrapped(("dim", f"{word:<12}"), ", ".join(map(_field, fields)))


def _wrapped(label: Fragment, text: str) -> Iterator[list[Fragment]]:
    """Yield the label, indented, and the text beside it, as many lines as it needs."""
    style, name = label
    for at, line in enumerate(textwrap.wrap(printable(text), _WIDTH - len(_INDENT) - len(name))):
        yield [(style, _INDENT + (name if not at else " " * len(name))), ("", line)]


def _field(field: Field) -> str:
    what = "|".join(field.choices) if field.choices else field.kind
    return f"{field.name} {what}" + (f" in {sign(field.unit)}" if field.unit else "")


def as_objects(dictionary: Dictionary, only: str = "") -> Iterator[dict[str, Any]]:
    """Yield one JSON object per task, with the keys of PROTOCOL.md, section 7, defaults written out."""
    for task in dictionary.tasks:
        if task.name.startswith(only):
            yield {key: value for key, value in asdict(task).items() if key not in ("module", "function")}
