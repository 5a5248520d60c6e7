# SPDX-License-Identifier: Apache-2.0
"""A client's questions that are no calls: renewals of the lease, and the broker's status."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

from phosphene.errors import LineError

A = TypeVar("A")


class Questions(Generic[A]):
    """Futures by number. Each is answered, failed or given up by its asker."""

    def __init__(self) -> None:
        self._number = 0
        self._asked: dict[int, asyncio.Future[A]] = {}

    def ask(self) -> tuple[int, asyncio.Future[A]]:
        """Return the number of a new question, and its answer."""
        self._number = self._number % 0xFFFFFFFF + 1
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._asked[self._number] = future
        return self._number, future

    def settle(self, number: int, answer: A | LineError) -> None:
        """Take an answer, if anybody still waits for it."""
        future = self._asked.pop(number, None)
        if future is None or future.done():
            return
        if isinstance(answer, LineError):
            future.set_exception(answer)
        else:
            future.set_result(answer)

    def fail(self, error: LineError) -> None:
        """Nothing will be answered any more."""
        for number in tuple(self._asked):
            self.settle(number, error)

    def give_up(self, number: int) -> None:
        """The asker waits no longer."""
        self._asked.pop(number, None)
