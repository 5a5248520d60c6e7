# SPDX-License-Identifier: Apache-2.0
"""What is perceived, brought where it counts: to the pages, to the loop, and to the screen."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Generator
from typing import Any, Final

from phosphene.console.camera_pictures import CameraPictures
from phosphene.console.following import Following
from phosphene.console.percepts_message import line, rates
from phosphene.console.screen import Screen
from phosphene.console.senses_audience import Attends, SensesPage
from phosphene.privacy.keeping import Keeper
from phosphene.senses.perceived import Ended, Listened, Looked, Perceived, Ready, Sense
from phosphene.senses.senses import Senses
from phosphene.sensors.protocol import Trouble

_RATES_S: Final = 1.0
_SMOOTH: Final = 0.1
_USELESS: Final = frozenset(
    (Trouble.GONE, Trouble.STALLED, Trouble.BLACK, Trouble.TORN, Trouble.FROZEN, Trouble.SILENT, Trouble.ENDED)
)
"""With one of these a sensor tells nothing of the world."""


class Sensing:
    """The senses of a console with their pages. Belongs to one event loop."""

    def __init__(self, senses: Senses, screen: Screen, attends: Attends, keeper: Keeper | None = None) -> None:
        self.senses = senses
        self.keeper = keeper
        """Who mutes them, and knows their lights; None where nobody does."""
        self.following = Following(screen)
        self.ready: dict[Sense, str] = {}
        """Why a sense can't perceive, empty if it can; without an entry while it isn't known."""
        self._screen = screen
        self._attends = attends
        self._pages: set[SensesPage] = set()
        self._pictures = CameraPictures()
        self._took_ms: dict[Sense, float] = {}

    @contextlib.contextmanager
    def showing(self, page: SensesPage) -> Generator[None]:
        """Tell the page what it may know during the block: what its own visitor's or the device's sensors perceive."""
        self._pages.add(page)
        try:
            yield
        finally:
            self._pages.discard(page)

    async def run(self) -> None:
        """Run until cancelled. Raises what the senses raise by a fault of ours."""
        with self.senses.listening(self._take):
            async with asyncio.TaskGroup() as group:
                group.create_task(self.senses.run())
                group.create_task(self._pictures.run(self._own_pages))
                group.create_task(self._tell_rates())

    def _take(self, told: Perceived) -> None:
        match told:
            case Looked():
                self._smooth(Sense.SEEING, told.took_ms)
                if told.seen is not None:
                    self.following.take(told.seen)
                    self._attends.seen(told.seen)
                if self.senses.using is not None and self.senses.using.owner is None:
                    self._pictures.take(told)
            case Listened():
                if told.heard:
                    self._smooth(Sense.HEARING, told.took_ms)
                    self._attends.heard(told.heard)
            case Ready(sense, why_not):
                self.ready[sense] = why_not
            case Ended(sense):
                self.ready.pop(sense, None)
                self._took_ms.pop(sense, None)
            case _:
                pass
        for page in self._audience():
            page.tell(told)

    def said(self, words: str, outcome: str) -> None:
        """Tell the pages what was said, and in words what came of it."""
        self._put(line(words, outcome))

    def useless(self) -> frozenset[Sense]:
        """Return the senses that are there and tell nothing: unplugged, covered, silent, or not able to perceive."""
        found = {sense for sense, status in self.senses.statuses().items() if _USELESS & set(status.troubles)}
        return frozenset(found | {sense for sense, why_not in self.ready.items() if why_not})

    def _audience(self) -> list[SensesPage]:
        """What a visitor's sensors perceive is for their own page; what the device's perceive, for each."""
        owner = self.senses.using.owner if self.senses.using else None
        return [page for page in self._pages if owner is None or page is owner]

    def _own_pages(self) -> list[SensesPage]:
        return self._audience() if self.senses.using and self.senses.using.owner is None else []

    async def _tell_rates(self) -> None:
        while True:
            await asyncio.sleep(_RATES_S)
            self.following.look()
            self._put(rates(self.senses.statuses(), self._took_ms))

    def _put(self, message: dict[str, Any]) -> None:
        for page in self._audience():
            page.put(message)

    def _smooth(self, sense: Sense, took_ms: float) -> None:
        before = self._took_ms.get(sense, took_ms)
        self._took_ms[sense] = before + _SMOOTH * (took_ms - before)
