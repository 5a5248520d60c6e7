# SPDX-License-Identifier: Apache-2.0
"""Work with a budget, in a thread of its own: what isn't ready in time is left behind and counted, never waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")


class Stage(Generic[T]):
    """`late` counts the ticks that went on without it. While a piece of work is overdue no other is begun."""

    def __init__(self, name: str, budget_s: float) -> None:
        self.name = name
        self.budget_s = budget_s
        self.late = 0
        self.done = 0
        self._worker = ThreadPoolExecutor(1, name)
        self._overdue: Future[T] | None = None

    async def do(self, work: Callable[[], T]) -> T | None:
        """Return what `work` gives, or None when it isn't ready within the budget. Raises what `work` raises."""
        if self._overdue is not None:
            if not self._overdue.done():
                self.late += 1
                return None
            # What it found belongs to a moment that has passed; that it failed still counts.
            overdue, self._overdue = self._overdue, None
            overdue.result()
            self.done += 1
        running = self._worker.submit(work)
        try:
            # Not wait_for: until Python 3.12 it swallows a cancellation that comes together with the result, and a
            # loop that misses its end goes round for ever.
            async with asyncio.timeout(self.budget_s):
                found = await asyncio.shield(asyncio.wrap_future(running))
        except TimeoutError:
            self._overdue = running
            self.late += 1
            return None
        self.done += 1
        return found

    def close(self) -> None:
        """Begin nothing more. A thread that hangs is left to the process's end."""
        self._worker.shutdown(wait=False, cancel_futures=True)
