# SPDX-License-Identifier: Apache-2.0
"""Prints nested figures for people: one a line, indented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast


def lines(figures: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Yield a line for each figure; tables are headed by their key, lists go one entry a line."""
    for key, value in figures.items():
        if isinstance(value, Mapping):
            yield f"{indent}{key}"
            yield from lines(cast("Mapping[str, Any]", value), indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{key}"
            yield from (f"{indent}  {entry}" for entry in cast("list[Any]", value))
        else:
            yield f"{indent}{key:<22} {'—' if value is None else value}"
