# SPDX-License-Identifier: Apache-2.0
"""The commands of the pages. A block without a language is commands; one with `$ ` shows also what they print."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.docs.pages import Fence, fences

# A comment stands behind two spaces, or behind a `#`.
_COMMENT = re.compile(r"""((?:[^\s"']|"[^"]*"|'[^']*'|\s(?![\s#]))*)""")
_PROMPT = "$ "


@dataclass(frozen=True)
class Command:
    """A command line, without its comment. `shown` is what a transcript shows below it, None where nothing is shown."""

    page: str
    line: int
    text: str
    shown: str | None = None

    @property
    def place(self) -> str:
        """Where it stands: `PAGE:LINE`."""
        return f"{self.page}:{self.line}"

    @property
    def synopsis(self) -> bool:
        """Whether it has brackets around what may be left out, or alternatives, as in `list [NAME|FILE] [--json]`."""
        return self.text.startswith("phosphene ") and not {"[", "|"}.isdisjoint(self.text)

    @property
    def plain(self) -> str:
        """The command with everything left out that may be left out."""
        text = self.text
        while self.synopsis and (shorter := re.sub(r"\s*\[[^\[\]]*\](\.\.\.|…)?", "", text)) != text:
            text = shorter
        return text

    @property
    def forms(self) -> list[str]:
        """The command with nothing left out, once for each of its alternatives."""
        if not self.synopsis:
            return [self.text]
        words = [re.sub(r"[\[\]]|\.\.\.$|…$", "", word).split("|") for word in self.text.split()]
        count = max(map(len, words))
        return [" ".join(word[min(form, len(word) - 1)] for word in words) for form in range(count)]


@cache
def commands() -> list[Command]:
    """Return every command of every page, in the order of the pages and lines."""
    return [command for fence in fences("") for command in of(fence)]


def of(fence: Fence) -> list[Command]:
    """Return the commands of a block. A line that ends with a backslash goes on in the next."""
    if fence.content.startswith(_PROMPT):
        return _transcript(fence)
    return [Command(fence.page, number, text) for number, line in _whole(fence) if (text := without_comment(line))]


def _whole(fence: Fence) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers; those that make one command, such as a loop, as one."""
    parts: list[str] = []
    for number, line in enumerate(fence.content.splitlines(), fence.line + 1):
        parts.append(line.strip())
        if parts[0].startswith("for ") and line.rstrip() != "done":
            continue
        if line.endswith("\\"):
            parts[-1] = parts[-1].removesuffix("\\").strip()
            continue
        yield number - len(parts) + 1, " ".join(parts)
        parts = []


def without_comment(line: str) -> str:
    """Return the command of a line."""
    found = _COMMENT.match(line.strip())
    return found[1].strip() if found and not line.lstrip().startswith("#") else ""


def words(text: str) -> list[str]:
    """Split a command as a shell does."""
    return shlex.split(text)


def _transcript(fence: Fence) -> list[Command]:
    found: list[Command] = []
    for number, line in enumerate(fence.content.splitlines(), fence.line + 1):
        if line.startswith(_PROMPT):
            found.append(Command(fence.page, number, line.removeprefix(_PROMPT), ""))
        else:
            last = found.pop()
            found.append(Command(last.page, last.line, last.text, f"{last.shown}{line}\n"))
    return found
