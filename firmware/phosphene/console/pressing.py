# SPDX-License-Identifier: Apache-2.0
"""What a touch on a painted choice does, wherever the picture was touched."""

from __future__ import annotations

from typing import Protocol

from phosphene.console.screen import Screen
from phosphene.painter.scene import MORE_KEY, PAGE_KEY


class Chooses(Protocol):
    """Takes what was chosen."""

    def chosen(self, key: str) -> None:
        """A choice of the scene that is shown was touched."""
        ...


def press(screen: Screen, person: Chooses, key: str, frame: int) -> None:
    """Press the choice `key` of frame `frame`: pages are the screen's, the rest the person's."""
    if not screen.is_current(frame):
        return  # the scene changed under the finger
    if key == PAGE_KEY or (key == MORE_KEY and screen.has_next_page):
        screen.turn_page()
    else:
        person.chosen(key)
