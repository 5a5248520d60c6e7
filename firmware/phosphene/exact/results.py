# SPDX-License-Identifier: Apache-2.0
"""The values that a task returned: a mapping whose keys are attributes too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from phosphene.line.dictionary import Task
from phosphene.line.kind import Value
from phosphene.line.schema import Field


class Results(Mapping[str, Any]):
    """Values by name, each in its kind's own type: bool, int, str, bytes or Decimal.

    ``results.value`` and ``results["value"]`` are the same. A name that the mapping itself uses (`keys`, `items`,
    `values`, `get`) is reached by ``[...]`` only. Equal to any mapping with the same values.
    """

    __slots__ = ("_fields", "_values", "task")

    def __init__(self, task: Task, fields: tuple[Field, ...], values: dict[str, Value]) -> None:
        self.task = task
        self._fields = fields
        self._values = values

    def unit(self, name: str) -> str:
        """Return the declared unit of a value, empty if it has none."""
        return next(field.unit for field in self._fields if field.name == name)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # never a value's name; `copy` asks for such before there are values
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            there = ", ".join(self._values) or "no values"
            raise AttributeError(f"{self.task.name} gives {there}, not {name}", name=name, obj=self) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._values]

    def __repr__(self) -> str:
        return f"{self.task.name}({', '.join(f'{name}={value!r}' for name, value in self._values.items())})"
