# SPDX-License-Identifier: Apache-2.0
"""What every table of a board file has in common, and the kinds of value that several of them use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field

Pin = Annotated[int, Field(ge=0, le=63)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,30}$")]
UsbId = Annotated[str, Field(pattern=r"^[0-9a-f]{4}$")]
Ohms = Annotated[int, Field(ge=100, le=1_000_000)]
Volts = Annotated[float, Field(ge=1.0, le=5.5)]
Title = Annotated[str, Field(min_length=1, max_length=60)]
Text = Annotated[str, Field(min_length=1)]


class Table(BaseModel):
    """A TOML table: no unknown keys, no conversion ("25" is not 25), not changed once read."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file an error of pydantic's lies."""

    keys: tuple[str | int, ...]
    """The way through the file: without the tags that pydantic adds for members of a union."""
    names: list[str]
    """The keys that the table there knows."""
    help: str
    """What the schema says about the key, or ""."""


def locate(model: type[Table], loc: tuple[str | int, ...]) -> Place:
    """Follow a `loc` of pydantic's from the top table of a file."""
    keys: list[str | int] = []
    tables: list[type[Table]] = [model]
    names: list[str] = []
    words = ""
    for part in loc:
        if isinstance(part, int):
            keys.append(part)
        elif len(tables) > 1:
            tables = [table for table in tables if part in get_args(table.model_fields["kind"].annotation)]
        else:
            keys.append(part)
            fields = {field.alias or name: field for table in tables for name, field in table.model_fields.items()}
            names, field = list(fields), fields.get(part)
            words = field.description or "" if field else ""
            tables = _tables_in(field.annotation) if field else []
    return Place(tuple(keys), names, words.rstrip("."))


def _tables_in(annotation: Any) -> list[type[Table]]:
    """Return the tables that a type mentions: [Output] for `list[Output]`."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return [annotation]
    return [table for argument in get_args(annotation) for table in _tables_in(argument)]
