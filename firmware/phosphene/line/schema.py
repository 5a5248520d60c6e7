# SPDX-License-Identifier: Apache-2.0
"""Declared arguments and results: checked on the host, turned into bytes and back (PROTOCOL.md, section 6)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from phosphene.errors import BadArgument, LineError, OutOfRange
from phosphene.line.fixed_kinds import Choice, FixedInteger
from phosphene.line.kind import Beyond, Kind, Misfit, Value
from phosphene.line.kinds import KINDS

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_MOST_CHOICES = 256


@dataclass(frozen=True)
class Field:
    """One declared argument, result, progress or event field.

    `min` and `max` bound the value of a fixed-size number, the digits of an `int` or `decimal`, the bytes of a
    `text` or `bytes`. Raises ValueError for a declaration that contradicts itself.
    """

    name: str
    kind: str
    unit: str = ""
    min: int | None = None
    max: int | None = None
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"name {self.name!r} is not lower-case letters, digits and underscores")
        self._check_choices()
        self._check_bounds()

    @cached_property
    def codec(self) -> Kind:
        """The codec of this field's kind."""
        return Choice(self.choices) if self.kind == "choice" else KINDS[self.kind]

    def admit(self, value: object, place: str) -> Value:
        """Return `value` in the kind's own type. Raises BadArgument or OutOfRange, naming `place` and the field."""
        try:
            admitted = self.codec.admit(value)
        except Beyond as error:
            raise self._out_of_range(str(error), place) from None
        except Misfit as error:
            raise BadArgument(f"{self.name}: {error}", place=place, cure=self.allowed()) from None
        self._check_range(admitted, place)
        return admitted

    def read(self, text: str, place: str) -> Value:
        """Return the value that a person typed as `text`. Raises BadArgument or OutOfRange."""
        try:
            value = self.codec.read(text)
        except Beyond as error:
            raise self._out_of_range(str(error), place) from None
        except Misfit as error:
            raise BadArgument(f"{self.name}: {error}", place=place, cure=self.allowed()) from None
        self._check_range(value, place)
        return value

    def allowed(self) -> str:
        """Say in words what the field takes, for an error's cure and for help texts."""
        if self.choices:
            return f"{self.name} takes one of {', '.join(self.choices)}"
        unit = f" {self.unit}" if self.unit else ""
        words = {"value": f"{unit}", "digits": " digits", "bytes": " bytes", "": ""}[self.codec.measured]
        bounds = {
            (False, False): "",
            (True, False): f" of at least {self.min}{words}",
            (False, True): f" of at most {self.max}{words}",
            (True, True): f" of {self.min} to {self.max}{words}",
        }[self.min is not None, self.max is not None]
        in_unit = f" in {self.unit}" if self.unit and not (bounds and self.codec.measured == "value") else ""
        return f"{self.name} takes {self.kind}{bounds}{in_unit}"

    def _check_range(self, value: Value, place: str) -> None:
        if self.min is None and self.max is None:
            return
        measure = self.codec.measure(value)
        if (self.min is not None and measure < self.min) or (self.max is not None and measure > self.max):
            what = str(measure) if self.codec.measured == "value" else f"{measure} {self.codec.measured}"
            raise self._out_of_range(what, place)

    def _out_of_range(self, found: str, place: str) -> OutOfRange:
        return OutOfRange(f"{self.name}: {found} is out of range", place=place, cure=self.allowed())

    def _check_choices(self) -> None:
        if self.kind == "choice":
            if not 1 <= len(self.choices) <= _MOST_CHOICES:
                raise ValueError(f"a choice has 1 to {_MOST_CHOICES} choices, found {len(self.choices)}")
            if len(set(self.choices)) != len(self.choices):
                raise ValueError("choices repeat a name")
        elif self.kind not in KINDS:
            near = get_close_matches(self.kind, [*KINDS, "choice"], n=1, cutoff=0.0)[0]
            raise ValueError(f"kind {self.kind!r} is not known; the nearest is {near!r}")
        elif self.choices:
            raise ValueError(f"choices belong to kind choice, not {self.kind}")

    def _check_bounds(self) -> None:
        if self.min is None and self.max is None:
            return
        if not self.codec.measured:
            raise ValueError(f"min and max mean nothing for kind {self.kind}")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        low, high = (self.codec.low, self.codec.high) if isinstance(self.codec, FixedInteger) else (0, 0xFFFF)
        for bound in (self.min, self.max):
            if bound is not None and not low <= bound <= high:
                raise ValueError(f"bound {bound} is outside what {self.kind} holds, {low} to {high}")


def encode(fields: Sequence[Field], values: Mapping[str, object], place: str) -> bytes:
    """Return the bytes of the named `values` in the order of `fields`.

    Raises BadArgument for a missing, unknown or mistyped argument and OutOfRange beyond a declared bound; `place`
    is what the error names, usually the task.
    """
    parts: list[bytes] = []
    for field in fields:
        if field.name not in values:
            raise BadArgument(f"argument {field.name} is missing", place=place, cure=field.allowed())
        try:
            parts.append(field.codec.encode(field.admit(values[field.name], place)))
        except Beyond as error:
            raise OutOfRange(f"{field.name}: {error}", place=place, cure=field.allowed()) from None
    if len(values) != len(fields):
        raise _unknown_argument(fields, values, place)
    return b"".join(parts)


def decode(fields: Sequence[Field], data: bytes, place: str) -> dict[str, Value]:
    """Return the values that `data` holds, by name. Declared bounds are the sender's to keep and not checked here.

    Raises LineError when the bytes do not decode as declared: firmware and dictionary disagree.
    """
    values: dict[str, Value] = {}
    at = 0
    for field in fields:
        try:
            values[field.name], at = field.codec.decode(data, at)
        except Misfit as error:
            raise _undecodable(f"{field.name}: {error}", place) from None
    if at != len(data):
        raise _undecodable(f"{len(data) - at} bytes are left over", place)
    return values


def _unknown_argument(fields: Sequence[Field], values: Mapping[str, object], place: str) -> BadArgument:
    known = [field.name for field in fields]
    unknown = next(name for name in values if name not in known)
    near = get_close_matches(str(unknown), known, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    cure = f"{hint}it takes {', '.join(known)}" if known else "it takes no arguments"
    return BadArgument(f"argument {unknown} is not known", place=place, cure=cure)


def _undecodable(what: str, place: str) -> LineError:
    return LineError(
        f"the bytes do not decode as declared: {what}",
        place=place,
        cure="update the firmware: it and its dictionary disagree",
    )
