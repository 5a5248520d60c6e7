# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a board file, one line per problem: what was expected, where, and what cures it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from phosphene.errors import ConfigError

Keys = tuple[str | int, ...]
"""The way to a value: ("output", 1, "pin")."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where in the file, what was expected and found, and what cures it."""

    keys: Keys
    message: str
    cure: str


class InvalidBoardFile(ConfigError):
    """A file of boards/ is wrong. `problems` has one error per problem; `str()` one line for each."""

    def __init__(self, problems: Sequence[ConfigError]) -> None:
        first = problems[0]
        super().__init__(first.message, place=first.place, cure=first.cure)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        """Return one line per problem."""
        return "\n".join(str(problem) for problem in self.problems)


def invalid(path: Path, text: str, problems: Iterable[Problem]) -> InvalidBoardFile:
    """Make the error for a file whose content is `text`."""
    return InvalidBoardFile(
        [
            ConfigError(problem.message, place=f"{shown(path, text, problem.keys)}", cure=problem.cure)
            for problem in problems
        ]
    )


def shown(path: Path, text: str, keys: Keys) -> str:
    """Return path, line number and key, as far as they are known: `boards/rig/x/rig.toml:12, line.baud`."""
    number = _line_number(text, keys)
    where = f"{_relative(path)}:{number}" if number else f"{_relative(path)}"
    return f"{where}, {dotted(keys)}" if keys else where


def dotted(keys: Keys) -> str:
    """Return `output[1].pin` for ("output", 1, "pin")."""
    parts = [f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys]
    return "".join(parts).removeprefix(".")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, or None when none is alike."""
    found = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.5)
    return found[0] if found else None


def unknown(keys: Keys, kind: str, name: str, known: Iterable[str]) -> Problem:
    """Make the problem that a name says something that is not there."""
    there = sorted(known)
    right = nearest(name, there)
    wrong = f"no {kind} {name!r}" + (f"; the nearest is {right!r}" if right else "")
    return Problem(keys, wrong, f"there are: {', '.join(there) or 'none'}")


def _relative(path: Path) -> Path:
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path


def _line_number(text: str, keys: Keys) -> int | None:
    """Find the line of `keys`, or of the table that should hold them. Inline tables count as their line."""
    table: Keys = ()
    counts: dict[Keys, int] = {}
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        here: Keys | None = None
        if stripped.startswith("[["):
            name = tuple(stripped.split("]]")[0].strip("[ ").split("."))
            counts[name] = counts.get(name, -1) + 1
            here = table = (*name, counts[name])
        elif stripped.startswith("["):
            here = table = tuple(stripped.split("]")[0].strip("[ ").split("."))
        elif "=" in stripped and not stripped.startswith("#"):
            here = (*table, *(part.strip(' "') for part in stripped.split("=")[0].split(".")))
        if here and keys[: len(here)] == here and (best is None or len(here) > best[0]):
            best = (len(here), number)
    return best[1] if best else None
