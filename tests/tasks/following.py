# SPDX-License-Identifier: Apache-2.0
"""What a page tells its reader to do: files to write, commands to run, lines to type, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "add-a-task.md"
_STEP = re.compile(
    r"`(?P<path>[\w/-]+\.py)`:\n\n```python\n(?P<body>.*?)```"
    r"|^```\n(?P<command>[^`]+?)\n```$"
    r"|^\| `(?P<typed>[^|]+)` \| (?P<shown>[^|]+) \|$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class File:
    """A file is to be written."""

    path: str
    content: str


@dataclass(frozen=True)
class Command:
    """A command is to be run."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Typed:
    """A line is to be typed, and all of `shown` then stands on the screen; after that `press` is to be pressed."""

    line: str
    shown: tuple[str, ...]
    press: str


@dataclass(frozen=True)
class Mistake:
    """In the file `wanted` stands as `written`, and `said` is the error."""

    wanted: str
    written: str
    said: str


def steps() -> Iterator[File | Command | Typed]:
    """Yield what the page says is to be done."""
    for found in _STEP.finditer(PAGE.read_text(encoding="utf-8")):
        if found["path"]:
            yield File(found["path"], found["body"])
        elif found["command"]:
            yield Command(tuple(found["command"].split()))
        else:
            press = re.search(r"press \*\*(\w+)\*\*", found["shown"])
            yield Typed(found["typed"], tuple(re.findall(r"`([^`]+)`", found["shown"])), press[1] if press else "")


def mistakes() -> list[Mistake]:
    """Return the rows of the last table."""
    rows = re.findall(
        r"^\| `([^|]+)` \| (?:`([^|]+)` )?\| `([^|]+)` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return [Mistake(*row) for row in rows if row[2] != "phosphene run --tasks my-tasks"]
