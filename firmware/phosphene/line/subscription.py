# SPDX-License-Identifier: Apache-2.0
"""A listener's own queue of line events: bounded, and honest about what did not fit."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from phosphene.line.events import Event, Gap, LineEvent

_LIMIT = 1024


class Subscription:
    """An async iterator of events, ended by `close` or by the link's.

    When its reader is slow by more than `limit` events, later ones are dropped and a Gap stands in
    their place. Changes of state are never dropped.
    """

    def __init__(self, leave: Callable[[Subscription], None], limit: int = _LIMIT) -> None:
        self._leave = leave
        self._limit = limit
        self._queue: deque[LineEvent] = deque()
        self._missed = 0
        self._closed = False
        self._waiter: asyncio.Future[None] | None = None

    def publish(self, event: LineEvent) -> None:
        """Add one event."""
        if len(self._queue) >= self._limit and isinstance(event, Event | Gap):
            self._missed += 1 if isinstance(event, Event) else event.missed
            return
        if self._missed:
            self._queue.append(Gap(self._missed))
            self._missed = 0
        self._queue.append(event)
        self._wake()

    def close(self) -> None:
        """Take no more events; what is queued can still be read."""
        if not self._closed:
            self._closed = True
            self._leave(self)
            self._wake()

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> LineEvent:
        while True:
            if self._queue:
                return self._queue.popleft()
            if self._missed:
                missed, self._missed = self._missed, 0
                return Gap(missed)
            if self._closed:
                raise StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
