# SPDX-License-Identifier: Apache-2.0
"""``WORD:WHAT@KEY=VALUE,…``: how a display or a touch panel is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Never, TypeVar

from phosphene.errors import PhospheneError

Value = TypeVar("Value")

# What follows the last @, when it looks like settings: a path or a device's name may hold an @ of its own.
_SETTINGS = re.compile(r"@((?:[a-z][a-z0-9_-]*(?:=[^,@]*)?)(?:,[a-z][a-z0-9_-]*(?:=[^,@]*)?)*)$")


@dataclass(frozen=True, slots=True)
class Words:
    """`word` is the kind, such as ``fb``; `what` follows its colon; `settings` are those after the @, a switch without
    a value being "".
    """

    word: str
    what: str
    settings: dict[str, str]


def split(spec: str) -> Words:
    """Take a spec apart; anything may be in it."""
    spec = spec.strip()
    settings: dict[str, str] = {}
    if found := _SETTINGS.search(spec):
        spec = spec[: found.start()]
        for part in found[1].split(","):
            key, _, value = part.partition("=")
            settings[key] = value
    word, _, what = spec.partition(":")
    return Words(word, what, settings)


class Settings:
    """The settings of one spec, each asked for once; what nobody asked for is an error. `error` is the class of what
    is raised.
    """

    def __init__(self, spec: str, settings: dict[str, str], error: type[PhospheneError]) -> None:
        self._spec = spec
        self._left = dict(settings)
        self._known: list[str] = []
        self._error = error

    def number(self, key: str, default: int, low: int, high: int) -> int:
        """Return a whole number; a K, M or G after it means thousand, million, thousand million."""
        return self._take(key, default, lambda text: _whole(text, low, high), f"a whole number, {low} to {high}")

    def choice(self, key: str, default: str, among: tuple[str, ...]) -> str:
        """Return one of some words."""
        return self._take(key, default, lambda text: text if text in among else _refuse(), f"one of {', '.join(among)}")

    def switch(self, key: str) -> bool:
        """Return whether a switch is there."""
        return self._take(key, False, lambda text: True if text == "" else _refuse(), "nothing after it")

    def span(self, key: str) -> tuple[int, int] | None:
        """Return two whole numbers, ``LOW:HIGH``, or None where they aren't given."""
        return self._take(key, None, _span, "two whole numbers, LOW:HIGH")

    def turn(self) -> int:
        """Return the quarter turns of ``rotate``, degrees clockwise."""
        return int(self.choice("rotate", "0", ("0", "90", "180", "270"))) // 90

    def rest(self) -> dict[str, str]:
        """Return the settings that nobody asked for, for a library that has its own."""
        left, self._left = self._left, {}
        return left

    def done(self) -> None:
        """Raise when a setting is left that nobody asked for."""
        for key in self._left:
            known = ", ".join(self._known) or "none"
            raise self._error(f"there is no setting {key!r} here", place=self._spec, cure=f"known: {known}")

    def _take(self, key: str, default: Value, read: Callable[[str], Value], wanted: str) -> Value:
        self._known.append(key)
        if key not in self._left:
            return default
        text = self._left.pop(key)
        try:
            return read(text)
        except ValueError:
            raise self._error(f"{key} can't be {text!r}", place=self._spec, cure=f"it takes {wanted}") from None


def _whole(text: str, low: int, high: int) -> int:
    found = re.fullmatch(r"(\d{1,12})([KMG]?)", text)
    value = int(found[1]) * {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}[found[2]] if found else -1
    return value if low <= value <= high else _refuse()


def _span(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(-?\d{1,9}):(-?\d{1,9})", text)
    low, high = (int(found[1]), int(found[2])) if found else (0, 0)
    return (low, high) if low < high else _refuse()


def _refuse() -> Never:
    raise ValueError
