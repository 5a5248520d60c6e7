# SPDX-License-Identifier: Apache-2.0
"""Takes a computer's own paths out of a text, since a record is for others to read."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path


class Scrub:
    """Replaces the paths of tree, interpreter, temporary files and home, the longest first."""

    def __init__(self, root: Path) -> None:
        known = {
            str(Path.home()): "~",
            sys.prefix: "<python>",
            sys.base_prefix: "<python>",
            tempfile.gettempdir(): "<tmp>",
            str(root): ".",
        }
        # A root as short as "/" or "/usr" would tear words apart, and tells nothing of anybody.
        self._words = sorted(((path, word) for path, word in known.items() if len(path) > len("/usr")), reverse=True)
        self._words.sort(key=lambda pair: -len(pair[0]))

    def __call__(self, text: str) -> str:
        """Return `text` without them."""
        for path, word in self._words:
            text = text.replace(path, word)
        return text
