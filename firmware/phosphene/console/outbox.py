# SPDX-License-Identifier: Apache-2.0
"""What is still to be told to one page: bounded, so that a page that stalls costs nothing and replays nothing."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Final, TypeAlias

MOST: Final = 128
"""Of what comes in order: two to three seconds. Then the oldest go."""

Item: TypeAlias = "dict[str, Any] | bytes"


class Outbox:
    """Things in order, and things of which only the newest counts."""

    def __init__(self) -> None:
        self.lost = 0
        self._in_order: deque[Item] = deque()
        self._newest: dict[str, tuple[Item, ...]] = {}
        self._fresh = asyncio.Event()

    def put(self, item: Item) -> None:
        """Tell `item` after what is waiting."""
        if len(self._in_order) >= MOST:
            self._in_order.popleft()
            self.lost += 1
        self._in_order.append(item)
        self._fresh.set()

    def replace(self, kind: str, *items: Item) -> None:
        """Tell `items`, one after the other, in place of those of the same kind that still wait."""
        self._newest[kind] = items
        self._fresh.set()

    async def next(self) -> list[Item]:
        """Wait until there is something, and return all of it."""
        await self._fresh.wait()
        self._fresh.clear()
        newest, self._newest = self._newest, {}
        in_order, self._in_order = list(self._in_order), deque()
        return [*in_order, *(item for items in newest.values() for item in items)]
