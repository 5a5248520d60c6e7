# SPDX-License-Identifier: Apache-2.0
"""Writes TOML: cards and tables of layers, made by a program and read by people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def toml_text(table: Mapping[str, Any], remark: str) -> str:
    """Return `table` as a TOML file under a remark of one line; None is left out."""
    head = ["# SPDX-License-Identifier: Apache-2.0", f"# {remark}"]
    return "\n".join([*head, *_table(table, ())]) + "\n"


def _table(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    """Return the lines of a table: its plain values first, as TOML wants, then its tables."""
    lines: list[str] = []
    for key, value in table.items():
        if value is None or isinstance(value, Mapping) or _of_tables(value):
            continue
        lines.append(f"{_key(key)} = {_value(value)}")
    for key, value in table.items():
        name = ".".join(map(_key, (*path, key)))
        if isinstance(value, Mapping) and value:
            lines += ["", f"[{name}]", *_table(value, (*path, key))]
        elif _of_tables(value):
            for row in value:
                lines += ["", f"[[{name}]]", *_table(row, (*path, key))]
    return lines


def _of_tables(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(row, Mapping) for row in value)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else json.dumps(key)


def _value(value: Any) -> str:
    # A TOML basic string escapes as JSON does, but for the one character that JSON lets through.
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence):
        return f"[{', '.join(_value(item) for item in value)}]"
    return repr(value)
