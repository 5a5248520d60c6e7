# SPDX-License-Identifier: Apache-2.0
"""Lays a row out in columns, as many as the width has room for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from phosphene.line.tap import Direction
from phosphene_tools.monitor.autopsy import autopsy
from phosphene_tools.monitor.clock import TimeStyle, WallClock
from phosphene_tools.monitor.entry import BAD, NOTE, Entry, Grade
from phosphene_tools.monitor.explain import explain
from phosphene_tools.monitor.hexdump import bytes_per_line, dump
from phosphene_tools.monitor.meaning import Meaning
from phosphene_tools.monitor.palette import Fragment
from phosphene_tools.monitor.values import short, with_unit

_WAYS: Final = {Direction.TO_BOARD: ("out", "→"), Direction.TO_HOST: ("in", "←"), None: ("", "─")}
_GRADES: Final = {Grade.DIM: "dim", Grade.NOTE: "note", Grade.TROUBLE: "trouble", Grade.ERROR: "error"}
_TIME, _TYPE, _ID, _LATENCY, _TASK = 12, 7, 8, 8, 16
# Their number is a nonce: it pairs question and answer, and tells a reader nothing.
_NONCES: Final = frozenset(("HELLO", "WELCOME", "OPEN", "OPENED", "CLOSE", "CLOSED", BAD))


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns there are at a width; what is left is for the values."""

    width: int
    time: int
    id: bool
    latency: bool
    task: int

    @classmethod
    def at(cls, width: int) -> Columns:
        """Return the columns for a terminal of `width`: the less room, the fewer."""
        return cls(
            width,
            time=_TIME if width >= 72 else 9 if width >= 56 else 0,
            id=width >= 64,
            latency=width >= 80,
            task=_TASK if width >= 100 else 0,
        )

    def title(self) -> str:
        """Return the line above the columns."""
        parts = [f"{'time':<{self.time}}"] if self.time else []
        parts += [" ", f"{'type':<{_TYPE}}"]
        parts += [f"{'id':>{_ID}}"] if self.id else []
        parts += [f"{'latency':>{_LATENCY}}"] if self.latency else []
        parts += [f"{'task':<{self.task}}", "values"] if self.task else ["task and values"]
        return " ".join(parts)


PIPE: Final = Columns.at(120)


@dataclass(slots=True)
class Layout:
    """How rows are written: settings that stay, and the time of the row before for TimeStyle.DELTA."""

    clock: WallClock
    columns: Columns = PIPE
    style: TimeStyle = TimeStyle.CLOCK
    hex: bool = False
    """Dump every frame's bytes; those of bad frames are always shown."""

    def lines(self, entry: Entry, before: Entry | None = None) -> Iterator[list[Fragment]]:
        """Yield the row, then the lines of its hex dump if it has one."""
        yield self.row(entry, before)
        if entry.type == BAD and (found := autopsy(entry.raw)):
            yield [("", self._indent()), ("dim", found)]
        if entry.raw and (self.hex or entry.type == BAD):
            indent = self._indent()
            for line in dump(entry.raw, bytes_per_line(self.columns.width - len(indent))):
                yield [("", indent), ("dim", line)]

    def row(self, entry: Entry, before: Entry | None = None) -> list[Fragment]:
        """Return the row itself, unclipped."""
        columns, colour = self.columns, _GRADES.get(entry.grade, "")
        loud = colour if entry.grade >= Grade.TROUBLE or entry.grade is Grade.DIM else ""
        parts: list[Fragment] = []
        if columns.time:
            time = self.clock.write(entry.at_ns, self.style, before.at_ns if before else None)
            parts.append(("dim", f"{time[-columns.time :]} "))
        way, arrow = _WAYS[entry.direction]
        parts.append((loud or way or colour, f"{arrow} "))
        if entry.type == NOTE:
            return [*parts, (colour, entry.text)]
        parts.append((loud or way, f"{entry.type:<{_TYPE}} "))
        if columns.id:
            number = "" if entry.type in _NONCES else f"#{entry.request}"
            parts.append(("dim", f"{number:>{_ID}} "))
        if columns.latency:
            parts.append((loud, f"{_latency(entry):>{_LATENCY}} "))
        return parts + _what(entry, columns, loud)

    def _indent(self) -> str:
        columns = self.columns
        return " " * (2 + (columns.time + 1 if columns.time else 0))


def _latency(entry: Entry) -> str:
    return "" if entry.latency_ns is None else duration(entry.latency_ns / 1e9)


def duration(seconds: float) -> str:
    """Return a time in three digits and its unit, at most eight characters."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 1:
        return f"{seconds * 1e3:.{1 if seconds < 0.1 else 0}f} ms"
    return f"{seconds:.{2 if seconds < 10 else 0}f} s"


def _what(entry: Entry, columns: Columns, loud: str) -> list[Fragment]:
    parts: list[Fragment] = []
    name = entry.task_name
    if name or columns.task:
        parts.append((loud or "task", f"{name:<{columns.task}} "))
    if entry.attempt > 1:
        word = "retry" if entry.direction is Direction.TO_BOARD else "repeat"
        parts.append(("trouble", f"{word} {entry.attempt - 1} "))
    if entry.segments:
        parts.append(("dim", f"[{entry.segments}] "))
    if entry.type == BAD:
        return [*parts, ("error", f"{entry.bad}: {entry.text}, {len(entry.raw)} B")]
    if not columns.latency and entry.latency_ns is not None:
        parts.append(("dim", f"{_latency(entry)} "))
    return parts + words(explain(entry), loud)


def words(meaning: Meaning, loud: str = "") -> list[Fragment]:
    """Return a meaning as one line: head, name=value pairs, text."""
    colon = ":" if meaning.head and meaning.values else ""
    parts: list[Fragment] = [(loud, f"{meaning.head}{colon} ")] if meaning.head else []
    for field, value in meaning.values:
        parts += [(loud or "key", f"{field.name}="), (loud, f"{with_unit(short(value), field.unit)} ")]
    if meaning.text:
        parts.append((loud, f"{'– ' if parts else ''}{meaning.text}"))
    return parts
