# SPDX-License-Identifier: Apache-2.0
"""Real people at the device: whatever they do is noted before it is done, so that the scripted visitor can leave."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from typing import Any

from phosphene.console.viewer import Person
from phosphene_tools.tour.visit import Caption


class Guests:
    """Stands between pages and fingers on one side and `person` on the other. Belongs to one event loop."""

    def __init__(self, person: Person) -> None:
        self.came = asyncio.Event()
        """Set by whatever a real person does."""
        self.last_s = time.monotonic()
        """When they last did anything."""
        self.caption = Caption()
        self._person = person

    def typed(self, line: str) -> None:
        """Somebody typed a line."""
        self.here()
        self._person.typed(line)

    def chosen(self, key: str) -> None:
        """Somebody touched a choice."""
        self.here()
        self._person.chosen(key)

    def here(self) -> None:
        """Somebody is at a page or at the panel."""
        self.last_s = time.monotonic()
        self.came.set()

    def about(self) -> dict[str, Any]:
        """What pages should know, and what the scripted visitor does."""
        visitor = {"visitor": asdict(self.caption)} if self.caption.act else {}
        return self._person.about() | visitor

    def vitals(self) -> dict[str, Any]:
        """How the device does."""
        return self._person.vitals()
