# SPDX-License-Identifier: Apache-2.0
"""What the program's own streams are: a terminal or a pipe, and whether colours are wanted."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def colour(stream: TextIO) -> bool:
    """Return whether `stream` is a terminal on which colours are wanted (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def interactive() -> bool:
    """Return whether a full-screen program can run here: a person sees the output and can type."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
