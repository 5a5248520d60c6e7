# SPDX-License-Identifier: Apache-2.0
"""The filter language of `--filter`: words that must all hold, each of which a `!` turns round."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

from phosphene.errors import PhospheneError
from phosphene.line.tap import Direction
from phosphene.line.wire import FrameType
from phosphene_tools.monitor.entry import BAD, NOTE, Entry, Grade

Test = Callable[[Entry], bool]

HELP: Final = """\
gpio.*            frames of tasks with such a name; also gpio.*,exact.*
in  out           from the board, to the board
call,result       types of frames; bad is a frame that is broken, note what happened to the link
errors            bad frames, refusals, retries, gaps, holes in the events, lost links
latency>5ms       answers that took longer; also < >= <=, with us, ms or s
!word             the opposite: !lease,leased hides the renewals of the lease"""

_TYPES: Final = frozenset((*FrameType.__members__, BAD, NOTE))
_WORDS: Final = ("in", "out", "errors", "latency>1ms", *sorted(kind.lower() for kind in _TYPES))
_LATENCY: Final = re.compile(r"latency(>=|<=|>|<)(\d+(?:\.\d+)?)(us|µs|ms|s)")
_NS: Final = {"us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9}


class FilterError(PhospheneError):
    """A word of the filter is not known."""


class Filter:
    """Decides which rows are shown. An empty expression shows all."""

    def __init__(self, expression: str = "") -> None:
        """Raise FilterError, naming the word and the nearest one, for an expression that is none."""
        self.expression = " ".join(expression.split())
        self._tests = [_test(word) for word in self.expression.split()]
        # What happened to the link explains the frames around it, so only a filter that names it hides it.
        self._names_notes = NOTE.lower() in re.findall(r"[a-z]+", self.expression)

    def __bool__(self) -> bool:
        return bool(self._tests)

    def __call__(self, entry: Entry) -> bool:
        """Return whether `entry` is shown."""
        if entry.type == NOTE and not self._names_notes:
            return True
        return all(test(entry) for test in self._tests)


def _test(word: str) -> Test:
    if word.startswith("!"):
        inner = _test(word[1:])
        return lambda entry: not inner(entry)
    if word in ("in", "out"):
        direction = Direction.TO_HOST if word == "in" else Direction.TO_BOARD
        return lambda entry: entry.direction is direction
    if word == "errors":
        return lambda entry: entry.grade >= Grade.TROUBLE
    if word.startswith("latency"):
        return _latency(word)
    parts = word.split(",")
    types = {part.upper() for part in parts}
    if types <= _TYPES:
        return lambda entry: entry.type in types
    if all("." in part or "*" in part for part in parts):
        return lambda entry: entry.task >= 0 and any(fnmatchcase(entry.task_name, part) for part in parts)
    raise _unknown(next(part for part in parts if part.upper() not in _TYPES), word)


def _latency(word: str) -> Test:
    found = _LATENCY.fullmatch(word)
    if not found:
        raise FilterError(f"{word!r} compares no time", place="filter", cure="write it like latency>5ms")
    comparison, number, unit = found.groups()
    bound = float(number) * _NS[unit]
    test = _COMPARISONS[comparison]
    return lambda entry: entry.latency_ns is not None and test(entry.latency_ns, bound)


_COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    ">": lambda found, bound: found > bound,
    ">=": lambda found, bound: found >= bound,
    "<": lambda found, bound: found < bound,
    "<=": lambda found, bound: found <= bound,
}


def _unknown(part: str, word: str) -> FilterError:
    near = get_close_matches(part, _WORDS, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return FilterError(
        f"{word!r} is no word of a filter" if part == word else f"{part!r} in {word!r} is no word of a filter",
        place="filter",
        cure=f"{hint}a task is written with its dot or a star, such as gpio.*",
    )
