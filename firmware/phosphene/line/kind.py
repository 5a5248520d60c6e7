# SPDX-License-Identifier: Apache-2.0
"""What a kind of value is: how it is admitted, bounded and laid out in bytes (PROTOCOL.md, section 6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

Value = bool | int | str | bytes | Decimal


class Misfit(ValueError):
    """A value that is not of the kind, or bytes that are not one: the message says what was expected and found."""


class Beyond(ValueError):
    """A value of the right kind that the kind itself can't hold (a `u8` of 256, a text of 70 kB)."""


class Kind(Protocol):
    """How one kind of value is admitted, bounded, and laid out in bytes."""

    name: str
    measured: str
    """What `min` and `max` bound: ``"value"``, ``"digits"``, ``"bytes"`` or ``""`` (nothing)."""

    def admit(self, value: object) -> Value:
        """Return `value` in the kind's own Python type. Raises Misfit, or Beyond."""
        ...

    def read(self, text: str) -> Value:
        """Return the value that a person typed as `text`. Raises Misfit, or Beyond."""
        ...

    def measure(self, value: Value) -> int:
        """Return the number that `min` and `max` bound."""
        ...

    def encode(self, value: Value) -> bytes:
        """Return the bytes of an admitted value. Raises Beyond."""
        ...

    def decode(self, data: bytes, at: int) -> tuple[Value, int]:
        """Return the value at offset `at` and the offset behind it. Raises Misfit."""
        ...


def called(value: object) -> str:
    """Name a wrong value in an error without printing pages of it."""
    shown = repr(value) if not isinstance(value, int) or abs(value) < 10**40 else "of many digits"
    return f"{type(value).__name__} {shown if len(shown) <= 40 else shown[:37] + '...'}"


def short(data: bytes, at: int, wanted: int, name: str) -> Misfit:
    """Return the error for bytes that end too early."""
    return Misfit(f"expected {wanted} bytes of {name} at {at}, found {max(len(data) - at, 0)}")


def take(data: bytes, at: int, count: int, name: str) -> bytes:
    """Return `count` bytes at offset `at`. Raises Misfit when there are fewer."""
    if at + count > len(data):
        raise short(data, at, count, name)
    return data[at : at + count]
