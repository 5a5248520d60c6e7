# SPDX-License-Identifier: Apache-2.0
"""The pages as CommonMark reads them: fenced blocks, code spans, links and headings, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
_FOLDERS = ("boards", "docs", "firmware", "hil", "host_tools", "models_int8", "tests", "tools")
_FILE = re.compile(r"[\w./-]+\.\w+")


@dataclass(frozen=True)
class Fence:
    """A fenced block. `file` is the path that the line before it names, as in *Save this as `kettle.py`:*."""

    page: str
    line: int
    language: str
    content: str
    file: str = ""

    @property
    def place(self) -> str:
        """Where it stands: `PAGE:LINE`, the line of the fence."""
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Marked:
    """A code span, or the target of a link or picture, and the line on which its paragraph begins."""

    line: int
    text: str


@dataclass
class Page:
    """A page. `name` is its path from the root of the repository; `anchors` are its headings as GitHub links them."""

    name: str
    fences: list[Fence] = field(default_factory=list[Fence])
    spans: list[Marked] = field(default_factory=list[Marked])
    links: list[Marked] = field(default_factory=list[Marked])
    anchors: set[str] = field(default_factory=set[str])


@cache
def pages() -> list[Page]:
    """Return all pages of the repository. A page that is added is among them by lying there."""
    paths = [*ROOT.glob("*.md"), *(path for folder in _FOLDERS for path in (ROOT / folder).rglob("*.md"))]
    return [_read(path) for path in sorted(paths)]


def fences(*languages: str) -> list[Fence]:
    """Return all blocks in one of `languages`."""
    return [fence for page in pages() for fence in page.fences if fence.language in languages]


def _read(path: Path) -> Page:
    page = Page(path.relative_to(ROOT).as_posix())
    before: Token | None = None
    heading = False
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")):
        line = token.map[0] + 1 if token.map else 0
        if token.type == "fence":
            page.fences.append(Fence(page.name, line, token.info.strip(), token.content, _named(before)))
        elif token.type == "inline":
            before = token
            for child in token.children or ():
                if child.type == "code_inline":
                    page.spans.append(Marked(line, child.content))
                elif child.type in ("link_open", "image"):
                    page.links.append(Marked(line, str(child.attrGet("href") or child.attrGet("src"))))
            if heading:
                page.anchors.add(_anchor(token, page.anchors))
        heading = token.type == "heading_open"
    return page


def _named(before: Token | None) -> str:
    """Return the file that a paragraph ends with, its name marked as code and followed by a colon, or nothing."""
    *_, last, end = [None, None, *(before.children or ())] if before else (None, None)
    if last and end and last.type == "code_inline" and end.content == ":" and _FILE.fullmatch(last.content):
        return last.content
    return ""


def _anchor(heading: Token, taken: set[str]) -> str:
    """Return the anchor that GitHub makes of a heading: lower case, no punctuation, hyphens; numbered when repeated."""
    text = "".join(child.content for child in heading.children or ())
    plain = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
    return next(name for name in _numbered(plain) if name not in taken)


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 0
    while True:
        number += 1
        yield f"{name}-{number}"
