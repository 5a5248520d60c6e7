# SPDX-License-Identifier: Apache-2.0
"""Events as a caller sees them: typed, in order, with every hole told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from phosphene.exact.results import Results

QUEUED = 1024
"""Events that wait for a reader who is slow; what comes then is counted, and told as Dropped."""


@dataclass(frozen=True, slots=True)
class TaskEvent:
    """An event that a task declares. `time_us` counts on the firmware's clock, from its boot."""

    task: str
    sequence: int
    time_us: int
    values: Results


class NoticeKind(IntEnum):
    """What a notice is about."""

    LEASE_LOST = 1
    MADE_SAFE = 2
    FAULT = 3
    DISARMED = 4
    OTHER = 255
    """A kind that a later firmware may know."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened to the board itself; `text` says what and why."""

    kind: NoticeKind
    text: str
    sequence: int
    time_us: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """A hole: `count` events of the line are missing here, whoever they were for; None when nobody can know."""

    count: int | None
    why: str


StreamItem = TaskEvent | Notice | Dropped


class EventStream:
    """An async iterator over events from the moment it was made. Ends when it or the Coprocessor is closed.

    It must be closed when it is no longer read: ``async with mcu.events(...) as events``, or `close`.
    """

    def __init__(self, tasks: frozenset[str], forget: Callable[[EventStream], None]) -> None:
        self._tasks = tasks
        self._forget = forget
        self._items: deque[StreamItem] = deque()
        self._overflow = 0
        self._fresh = asyncio.Event()
        self._closed = False

    def wants(self, task: str) -> bool:
        """Whether events of this task are asked for; a stream made without names wants all, and notices."""
        return not self._tasks or task in self._tasks

    @property
    def wants_notices(self) -> bool:
        """Whether notices are asked for."""
        return not self._tasks

    def put(self, item: StreamItem) -> None:
        """Take an item in; when the reader is too slow it is counted instead."""
        if len(self._items) >= QUEUED:
            self._overflow += (item.count or 1) if isinstance(item, Dropped) else 1
            return
        if self._overflow:
            self._items.append(Dropped(self._overflow, "they were not read in time"))
            self._overflow = 0
        self._items.append(item)
        self._fresh.set()

    def close(self) -> None:
        """End the stream; who waits for an event sees the end."""
        self._closed = True
        self._forget(self)
        self._fresh.set()

    async def __anext__(self) -> StreamItem:
        while not self._items:
            if self._overflow:
                lost, self._overflow = self._overflow, 0
                return Dropped(lost, "they were not read in time")
            if self._closed:
                raise StopAsyncIteration
            self._fresh.clear()
            await self._fresh.wait()
        return self._items.popleft()

    def __aiter__(self) -> Self:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()
