# SPDX-License-Identifier: Apache-2.0
"""Where everything waits that came since the last tick, from whichever part of the device."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from typing import Final

from phosphene.condition import Condition
from phosphene.moment import Displayed, Sensed
from phosphene.perception.percepts import Heard, Seen
from phosphene.prove.news import News

_MOST_HOPS: Final = 64
"""Five seconds of sound: a loop that was away for longer has missed what was said."""
_MOST_HANDS: Final = 8
_MOST_NEWS: Final = 256


class Inbox:
    """Belongs to one event loop. `captured_s` is when a sense delivered last: the time of its newest picture, sound or
    look at the touch panel. `missed` counts hops and news that came too fast to be kept.
    """

    def __init__(self) -> None:
        self.captured_s = 0.0
        self.missed = 0
        self.camera = False
        """Whether the device has one."""
        self._heard: deque[Heard] = deque()
        self._told: deque[News] = deque()
        self._hands: deque[Sensed] = deque(maxlen=_MOST_HANDS)
        self._seen: Seen | None = None
        self._displayed: Displayed | None = None
        self._conditions: set[Condition] = set()
        self._waiting = asyncio.Event()

    def heard(self, hops: tuple[Heard, ...]) -> None:
        """Take what was heard."""
        self._heard.extend(hops)
        while len(self._heard) > _MOST_HOPS:
            self._heard.popleft()
            self.missed += 1
        if hops:
            self.captured_s = max(self.captured_s, hops[-1].time_s)
        if any(hop.words or hop.withdrawn or hop.ended for hop in hops):
            self._waiting.set()

    def seen(self, seen: Seen) -> None:
        """Take what was seen; the newest counts."""
        self._seen = seen
        self.captured_s = max(self.captured_s, seen.time_s)

    def touched(self, key: str) -> None:
        """Somebody touched the choice `key` of what is on the screen."""
        self._hands.append(Sensed(touched=(key,)))
        self._waiting.set()

    def typed(self, line: str) -> None:
        """Somebody typed a line."""
        self._hands.append(Sensed(typed=(line,)))
        self._waiting.set()

    def told(self, news: News) -> None:
        """The board said something."""
        self._told.append(news)
        while len(self._told) > _MOST_NEWS:
            self._told.popleft()
            self.missed += 1
        self._waiting.set()

    def displayed(self, displayed: Displayed) -> None:
        """A frame is on the screen."""
        self._displayed = displayed

    def condition(self, condition: Condition, *, there: bool) -> None:
        """Something is wrong with the device, or no longer."""
        (self._conditions.add if there else self._conditions.discard)(condition)

    async def wait(self, seconds: float) -> None:
        """Wait until something came that can't wait, `seconds` at the most."""
        try:
            async with asyncio.timeout(seconds):
                await self._waiting.wait()
        except TimeoutError:
            pass

    def take(self, *, board: bool) -> Sensed:
        """Return what came. Of touches and lines one at a time: each is meant for what the one before led to."""
        hand = self._hands.popleft() if self._hands else Sensed()
        sensed = replace(
            hand,
            heard=tuple(self._heard),
            seen=self._seen,
            told=tuple(self._told),
            displayed=self._displayed,
            board=board,
            camera=self.camera,
            conditions=frozenset(self._conditions),
        )
        self._heard.clear()
        self._told.clear()
        self._seen = None
        if not self._hands:
            self._waiting.clear()
        return sensed
