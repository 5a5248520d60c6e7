# SPDX-License-Identifier: Apache-2.0
"""Kinds of a fixed number of bytes: bool, integers, choice."""

from __future__ import annotations

from struct import Struct

from phosphene.line.kind import Beyond, Misfit, Value, called, short, take

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")


class Bool:
    """`u8`, 0 or 1."""

    name = "bool"
    measured = ""

    def admit(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise Misfit(f"expected True or False, found {called(value)}")
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
        byte = take(data, at, 1, self.name)
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
            raise Misfit(f"expected an int, found {called(value)}")
        if not self.low <= value <= self.high:
            raise Beyond(f"{self.name} holds {self.low} to {self.high}, found {called(value)}")
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
            raise short(data, at, self._struct.size, self.name)
        return self._struct.unpack_from(data, at)[0], end


class Choice:
    """`u8` index into the declared names; in Python the name itself."""

    name = "choice"
    measured = ""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._index = {name: index for index, name in enumerate(names)}

    def admit(self, value: object) -> str:
        if not isinstance(value, str) or value not in self._index:
            raise Misfit(f"expected one of {', '.join(map(repr, self._names))}, found {called(value)}")
        return value

    def read(self, text: str) -> str:
        return self.admit(text)

    def measure(self, value: Value) -> int:
        return 0

    def encode(self, value: Value) -> bytes:
        assert isinstance(value, str)
        return bytes((self._index[value],))

    def decode(self, data: bytes, at: int) -> tuple[str, int]:
        index = take(data, at, 1, self.name)[0]
        if index >= len(self._names):
            raise Misfit(f"expected an index below {len(self._names)}, found {index}")
        return self._names[index], at + 1
