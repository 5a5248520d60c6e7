# SPDX-License-Identifier: Apache-2.0
"""The few colours of the monitor. All are the terminal's own sixteen, so that its theme decides how they look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

Fragment = tuple[str, str]
"""A style's name (a key of STYLES, or empty) and the text in it."""

STYLES: Final = {
    "dim": "ansibrightblack",
    "out": "ansicyan",
    "in": "ansigreen",
    "task": "bold",
    "key": "ansibrightblack",
    "note": "ansiblue",
    "trouble": "ansiyellow",
    "error": "ansired",
    "good": "ansigreen",
    "title": "underline ansibrightblack",
}
_SGR: Final = {
    "ansibrightblack": "90",
    "ansicyan": "36",
    "ansigreen": "32",
    "bold": "1",
    "ansiblue": "34",
    "ansiyellow": "33",
    "ansired": "31",
    "underline ansibrightblack": "4;90",
}


def text_of(fragments: Iterable[Fragment]) -> str:
    """Return the letters without the colours."""
    return "".join(text for _, text in fragments)


def ansi(fragments: Iterable[Fragment]) -> str:
    """Return the letters with the colours as escape sequences, for a terminal that no full-screen program runs on."""
    return "".join(f"\x1b[{_SGR[STYLES[style]]}m{text}\x1b[0m" if style else text for style, text in fragments)
