# SPDX-License-Identifier: Apache-2.0
"""How a value is written: short for a row, exact for a result, plain for JSON."""

from __future__ import annotations

from decimal import Decimal

from phosphene.line.kind import Value
from phosphene.line.schema import Field

_ROW_BYTES = 12
_ROW_TEXT = 60

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


def printable(text: str) -> str:
    """Return `text` with everything escaped that could move a terminal's cursor or colour its letters.

    What a board sends is shown on a terminal, and an escape sequence in it must not reach the terminal.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def digits(value: int | Decimal) -> str:
    """Write a number exactly; Python's own `str` refuses integers of more than 4,300 digits."""
    return format(Decimal(value), "f")


def short(value: Value) -> str:
    """Return the value for a row of the monitor: on one line, long ones cut with their length named."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        text = digits(value)
        return text if len(text) <= _ROW_TEXT else f"{text[:20]}…{text[-8:]} ({len(text)} characters)"
    if isinstance(value, bytes):
        shown = f"0x{value[:_ROW_BYTES].hex()}" if value else '""'
        return shown if len(value) <= _ROW_BYTES else f"{shown}… ({len(value)} B)"
    text = printable(value)
    if not text or " " in text or '"' in text:
        text = '"' + text.replace('"', '\\"') + '"'
    return text if len(text) <= _ROW_TEXT else f"{text[: _ROW_TEXT - 1]}…"


def full(value: Value) -> str:
    """Return the whole value as a person reads it, and as `phosphene call` takes it again."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return digits(value)
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    return printable(value)


def with_unit(text: str, unit: str) -> str:
    """Put the unit behind a written value."""
    return f"{text} {sign(unit)}" if unit else text


def sign(unit: str) -> str:
    """Return the unit as people write it; the dictionary keeps units in ASCII."""
    return _SIGNS.get(unit, printable(unit))


_SIGNS = {"us": "µs", "ohm": "Ω", "degC": "°C", "deg": "°"}


def plain(field: Field, value: Value) -> JsonValue:
    """Return the value for JSON: numbers of any length as their digits, since JSON readers take them for floats."""
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, Decimal) or (field.kind == "int" and isinstance(value, int)):
        return digits(value)
    return value
