# SPDX-License-Identifier: Apache-2.0
"""From a thread to an event loop: in order, bounded, one wake-up for all that waits."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MOST: Final = 256
"""What may wait for a loop that stands still: five seconds of sound. Then the oldest go."""


class Handover(Generic[T]):
    """Calls `take` in the loop with what any thread puts in. `lost` counts what had to go."""

    def __init__(self, loop: asyncio.AbstractEventLoop, take: Callable[[T], None], most: int = MOST) -> None:
        self.lost = 0
        self._loop = loop
        self._take = take
        self._waiting: deque[T] = deque()
        self._most = most
        self._lock = threading.Lock()
        self._called = False

    def put(self, item: T) -> None:
        """Hand `item` over. Doesn't block; after the loop's end it does nothing."""
        with self._lock:
            if len(self._waiting) >= self._most:
                self._waiting.popleft()
                self.lost += 1
            self._waiting.append(item)
            if self._called:
                return
            self._called = True
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._drain)

    def _drain(self) -> None:
        with self._lock:
            items, self._waiting = self._waiting, deque()
            self._called = False
        for item in items:
            self._take(item)
