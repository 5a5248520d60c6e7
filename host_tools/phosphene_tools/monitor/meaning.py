# SPDX-License-Identifier: Apache-2.0
"""What a decoded payload is made of, whatever its frame's type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from phosphene.line import schema
from phosphene.line.kind import Value
from phosphene.line.schema import Field
from phosphene_tools.monitor.entry import Entry
from phosphene_tools.monitor.values import JsonValue


@dataclass(slots=True)
class Meaning:
    """A decoded payload. `role` is what JSON calls the `values`: args, results, progress, or values (of an event).

    `head` are words before the values, `text` words behind them; `facts` is what else JSON tells.
    """

    head: str = ""
    role: str = ""
    values: list[tuple[Field, Value]] = field(default_factory=list[tuple[Field, Value]])
    text: str = ""
    facts: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])


Reader = Callable[[Entry, bytes], Meaning]
"""Decodes one type of frame. Raises struct.error, MalformedMessage, UnicodeDecodeError or LineError."""


def named_values(role: str, fields: Sequence[Field], data: bytes, entry: Entry) -> Meaning:
    """Return the declared `fields` that `data` holds. Raises LineError."""
    decoded = schema.decode(fields, data, entry.task_name)
    return Meaning(role=role, values=[(declared, decoded[declared.name]) for declared in fields])


def size(data: bytes) -> str:
    """Return what can be said of bytes whose layout is not known."""
    return f"{len(data)} B" if data else ""


def name_of(kind: type[IntEnum], code: int) -> str:
    """Return the name of a code, also of one that a later minor version added."""
    return kind(code).name if code in kind.__members__.values() else f"code {code}"
