# SPDX-License-Identifier: Apache-2.0
"""The kinds of value that may stand in an argument or a result, one codec each (PROTOCOL.md, section 6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from struct import Struct, unpack_from
from types import MappingProxyType
from typing import Protocol

Value = bool | int | str | bytes | Decimal

_INT = re.compile(r"-?[0-9]+", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")
_LENGTH = Struct("<H")
_LONGEST = 0xFFFF


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


def _called(value: object) -> str:
    """Name a wrong value in an error without printing pages of it."""
    shown = repr(value) if not isinstance(value, int) or abs(value) < 10**40 else "of many digits"
    return f"{type(value).__name__} {shown if len(shown) <= 40 else shown[:37] + '...'}"


class Bool:
    """`u8`, 0 or 1."""

    name = "bool"
    measured = ""

    def admit(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise Misfit(f"expected True or False, found {_called(value)}")
        return value

    def read(self, text: str) -> bool:
        if text.lower() in _TRUE:
            return True
        if text.lower() in _FALSE:
            return False
        raise Misfit(f"expected true or false, found {text!r}")

    def measure(self, value: Value) -> int:
        return 0

    def encode(self, value: Value) -> bytes:
        return b"\x01" if value else b"\x00"

    def decode(self, data: bytes, at: int) -> tuple[bool, int]:
        byte = _take(data, at, 1, self.name)
        if byte not in (b"\x00", b"\x01"):
            raise Misfit(f"expected 0 or 1, found {byte[0]}")
        return byte == b"\x01", at + 1


class FixedInteger:
    """A little-endian integer of a fixed number of bytes."""

    measured = "value"

    def __init__(self, name: str, code: str) -> None:
        self.name = name
        self._struct = Struct("<" + code)
        bits = self._struct.size * 8
        self.low, self.high = (-(1 << bits - 1), (1 << bits - 1) - 1) if code.islower() else (0, (1 << bits) - 1)

    def admit(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Misfit(f"expected an int, found {_called(value)}")
        if not self.low <= value <= self.high:
            raise Beyond(f"{self.name} holds {self.low} to {self.high}, found {_called(value)}")
        return value

    def read(self, text: str) -> int:
        try:
            return self.admit(int(text, 0))
        except Beyond:
            raise
        except ValueError:
            raise Misfit(f"expected an integer, found {text!r}") from None

    def measure(self, value: Value) -> int:
        assert isinstance(value, int)
        return value

    def encode(self, value: Value) -> bytes:
        return self._struct.pack(value)

    def decode(self, data: bytes, at: int) -> tuple[int, int]:
        end = at + self._struct.size
        if end > len(data):
            raise _short(data, at, self._struct.size, self.name)
        return self._struct.unpack_from(data, at)[0], end


class LongText:
    """What the four kinds with a `u16` length in front have in common."""

    name = ""
    measured = "bytes"

    def measure(self, value: Value) -> int:
        return len(self._raw(value))

    def encode(self, value: Value) -> bytes:
        raw = self._raw(value)
        if len(raw) > _LONGEST:
            raise Beyond(f"{self.name} holds at most {_LONGEST} bytes, found {len(raw)}")
        return _LENGTH.pack(len(raw)) + raw

    def _raw(self, value: Value) -> bytes:
        raise NotImplementedError

    def _payload(self, data: bytes, at: int) -> tuple[bytes, int]:
        if at + 2 > len(data):
            raise _short(data, at, 2, self.name)
        end = at + 2 + unpack_from("<H", data, at)[0]
        return _take(data, at + 2, end - at - 2, self.name), end


class Bytes(LongText):
    """Bytes as they are; typed by hand as hexadecimal digits behind ``0x``, or as text."""

    name = "bytes"

    def admit(self, value: object) -> bytes:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise Misfit(f"expected bytes, found {_called(value)}")
        return bytes(value)

    def read(self, text: str) -> bytes:
        if not text.startswith("0x"):
            return text.encode()
        try:
            return bytes.fromhex(text[2:])
        except ValueError:
            raise Misfit(f"expected pairs of hexadecimal digits behind 0x, found {text!r}") from None

    def decode(self, data: bytes, at: int) -> tuple[bytes, int]:
        return self._payload(data, at)

    def _raw(self, value: Value) -> bytes:
        assert isinstance(value, bytes)
        return value


class Text(LongText):
    """UTF-8."""

    name = "text"

    def admit(self, value: object) -> str:
        if not isinstance(value, str):
            raise Misfit(f"expected a str, found {_called(value)}")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise Misfit(f"expected text that UTF-8 can hold, found a lone surrogate at {error.start}") from None
        return value

    def read(self, text: str) -> str:
        return self.admit(text)

    def decode(self, data: bytes, at: int) -> tuple[str, int]:
        raw, end = self._payload(data, at)
        try:
            return raw.decode(), end
        except UnicodeDecodeError as error:
            raise Misfit(f"expected UTF-8, found byte 0x{raw[error.start]:02x} at {at + 2 + error.start}") from None

    def _raw(self, value: Value) -> bytes:
        assert isinstance(value, str)
        return value.encode()


def _digits(value: Decimal) -> str:
    """Write a decimal without an exponent: exact, whatever the context's precision is."""
    return format(value, "f")


class LongInteger(LongText):
    """An integer of any length, as decimal digits.

    Conversions go through Decimal, which is exact at any length, since Python refuses to turn an `int` of more than
    4,300 digits into a `str` (and back).
    """

    name = "int"
    measured = "digits"

    def admit(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Misfit(f"expected an int, found {_called(value)}")
        return value

    def read(self, text: str) -> int:
        if not _INT.fullmatch(text):
            raise Misfit(f"expected an integer, found {text!r}")
        return int(Decimal(text))

    def measure(self, value: Value) -> int:
        return len(self._raw(value).lstrip(b"-"))

    def decode(self, data: bytes, at: int) -> tuple[int, int]:
        raw, end = self._payload(data, at)
        text = raw.decode("latin-1")
        if not _INT.fullmatch(text):
            raise Misfit(f"expected decimal digits, found {_called(raw)}")
        return int(Decimal(text)), end

    def _raw(self, value: Value) -> bytes:
        assert isinstance(value, int)
        return _digits(Decimal(value)).encode()


class DecimalNumber(LongText):
    """A decimal number as its digits; trailing zeros are kept, so ``1.50`` stays ``1.50``."""

    name = "decimal"
    measured = "digits"

    def admit(self, value: object) -> Decimal:
        if isinstance(value, str):
            return self.read(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        if not isinstance(value, Decimal):
            hint = "; a float is not exact: write it as a str" if isinstance(value, float) else ""
            raise Misfit(f"expected a Decimal, an int or a str of digits, found {_called(value)}{hint}")
        if not value.is_finite():
            raise Misfit(f"expected a finite number, found {value}")
        if value.adjusted() > _LONGEST or int(value.as_tuple().exponent) < -_LONGEST:
            raise Beyond(f"decimal holds at most {_LONGEST} digits, found {_called(value)}")
        return value

    def read(self, text: str) -> Decimal:
        if not _DECIMAL.fullmatch(text):
            raise Misfit(f"expected digits with an optional '-' and one '.' between digits, found {_called(text)}")
        return Decimal(text)

    def measure(self, value: Value) -> int:
        return len(self._raw(value).replace(b"-", b"").replace(b".", b""))

    def decode(self, data: bytes, at: int) -> tuple[Decimal, int]:
        raw, end = self._payload(data, at)
        text = raw.decode("latin-1")
        if not _DECIMAL.fullmatch(text):
            raise Misfit(f"expected digits with an optional '-' and one '.' between digits, found {_called(raw)}")
        return Decimal(text), end

    def _raw(self, value: Value) -> bytes:
        assert isinstance(value, Decimal)
        return _digits(value).encode()


class Choice:
    """`u8` index into the declared names; in Python the name itself."""

    name = "choice"
    measured = ""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._index = {name: index for index, name in enumerate(names)}

    def admit(self, value: object) -> str:
        if not isinstance(value, str) or value not in self._index:
            raise Misfit(f"expected one of {', '.join(map(repr, self._names))}, found {_called(value)}")
        return value

    def read(self, text: str) -> str:
        return self.admit(text)

    def measure(self, value: Value) -> int:
        return 0

    def encode(self, value: Value) -> bytes:
        assert isinstance(value, str)
        return bytes((self._index[value],))

    def decode(self, data: bytes, at: int) -> tuple[str, int]:
        index = _take(data, at, 1, self.name)[0]
        if index >= len(self._names):
            raise Misfit(f"expected an index below {len(self._names)}, found {index}")
        return self._names[index], at + 1


def _short(data: bytes, at: int, wanted: int, name: str) -> Misfit:
    return Misfit(f"expected {wanted} bytes of {name} at {at}, found {max(len(data) - at, 0)}")


def _take(data: bytes, at: int, count: int, name: str) -> bytes:
    if at + count > len(data):
        raise _short(data, at, count, name)
    return data[at : at + count]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Bool(),
            FixedInteger("u8", "B"),
            FixedInteger("u16", "H"),
            FixedInteger("u32", "I"),
            FixedInteger("u64", "Q"),
            FixedInteger("i32", "i"),
            FixedInteger("i64", "q"),
            LongInteger(),
            DecimalNumber(),
            Text(),
            Bytes(),
        )
    }
)
"""Every kind but `choice`, which is made per field from its names."""
