# SPDX-License-Identifier: Apache-2.0
"""The ends of the loop that a console has: its screen, and the words on its pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from phosphene.console.screen import Screen, Shown
from phosphene.loop.inbox import Inbox
from phosphene.loop.wording import in_words
from phosphene.moment import Displayed, Moment
from phosphene.painter.scene import Scene
from phosphene.policy.decision import Action


class OnScreen:
    """Wishes for what is to be seen, and tells the loop which frame is there. `seen` gets each frame, too."""

    def __init__(self, screen: Screen, inbox: Inbox, seen: Callable[[Shown], None]) -> None:
        self._screen = screen
        self._inbox = inbox
        self._seen = seen
        self._wished: tuple[Scene, str, int] | None = None

    def take(self, moment: Moment) -> None:
        """Wish for the moment's screenful, where it is another than the last, or answers another question."""
        wanted = moment.screenful
        if wanted is None:
            return
        wish = wanted.scene, wanted.hint, moment.proof.shown_from
        if wish != self._wished:
            self._wished = wish
            self._screen.show(wanted.scene, wanted.hint, moment.tick)

    async def run(self) -> None:
        """Tell of each frame until cancelled: before any page has it, so that no finger is quicker than the loop."""
        self._tell()
        with self._screen.telling(self._tell):
            await asyncio.Event().wait()

    def _tell(self) -> None:
        shown = self._screen.newest
        if shown is None:
            return
        self._seen(shown)
        if shown.painted is not None:
            self._inbox.displayed(Displayed(shown.tick, shown.number, shown.time_s, shown.digest))


class Hearers(Protocol):
    """Those who are told what was said."""

    def said(self, words: str, outcome: str) -> None:
        """Take what was said, and what came of it."""
        ...


class Outcomes:
    """Tells what came of what was said."""

    def __init__(self, hearers: Hearers) -> None:
        self._hearers = hearers

    def take(self, moment: Moment) -> None:
        """Tell it where something was decided, or where an utterance ended and nothing was."""
        if moment.said and moment.touched is None and (moment.decision.action is not Action.WAIT or moment.ended):
            self._hearers.said(" ".join(word.text for word in moment.said), in_words(moment))
