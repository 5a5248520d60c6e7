# SPDX-License-Identifier: Apache-2.0
"""Words that are the same in every dictionary. What they mean is the network's to know."""

from __future__ import annotations

from typing import Final

CONTROLS: Final = (
    *("yes", "okay", "no", "cancel", "stop", "more", "again", "home", "go", "back", "off", "pause", "quiet", "thanks"),
    *("hello", "please"),
)
FILLERS: Final = frozenset({"a", "an", "and", "at", "for", "from", "in", "into", "is", "of", "please", "the", "to"})
