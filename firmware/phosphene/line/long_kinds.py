# SPDX-License-Identifier: Apache-2.0
"""Kinds that carry their length: text, bytes, and numbers of any length as digits."""

from __future__ import annotations

import re
from decimal import Decimal
from struct import Struct, unpack_from

from phosphene.line.kind import Beyond, Misfit, Value, called, short, take

_INT = re.compile(r"-?[0-9]+", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_LENGTH = Struct("<H")
_LONGEST = 0xFFFF


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
            raise short(data, at, 2, self.name)
        end = at + 2 + unpack_from("<H", data, at)[0]
        return take(data, at + 2, end - at - 2, self.name), end


class Bytes(LongText):
    """Bytes as they are; typed by hand as hexadecimal digits behind ``0x``, or as text."""

    name = "bytes"

    def admit(self, value: object) -> bytes:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise Misfit(f"expected bytes, found {called(value)}")
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
            raise Misfit(f"expected a str, found {called(value)}")
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
            raise Misfit(f"expected an int, found {called(value)}")
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
            raise Misfit(f"expected decimal digits, found {called(raw)}")
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
            raise Misfit(f"expected a Decimal, an int or a str of digits, found {called(value)}{hint}")
        if not value.is_finite():
            raise Misfit(f"expected a finite number, found {value}")
        if value.adjusted() > _LONGEST or int(value.as_tuple().exponent) < -_LONGEST:
            raise Beyond(f"decimal holds at most {_LONGEST} digits, found {called(value)}")
        return value

    def read(self, text: str) -> Decimal:
        if not _DECIMAL.fullmatch(text):
            raise Misfit(f"expected digits with an optional '-' and one '.' between digits, found {called(text)}")
        return Decimal(text)

    def measure(self, value: Value) -> int:
        return len(self._raw(value).replace(b"-", b"").replace(b".", b""))

    def decode(self, data: bytes, at: int) -> tuple[Decimal, int]:
        raw, end = self._payload(data, at)
        text = raw.decode("latin-1")
        if not _DECIMAL.fullmatch(text):
            raise Misfit(f"expected digits with an optional '-' and one '.' between digits, found {called(raw)}")
        return Decimal(text), end

    def _raw(self, value: Value) -> bytes:
        assert isinstance(value, Decimal)
        return _digits(value).encode()
