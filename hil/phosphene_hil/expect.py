# SPDX-License-Identifier: Apache-2.0
"""Waiting for what a board shall say, with a failure that shows what it said instead."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import TypeVar

from phosphene.exact.events import Notice, NoticeKind, TaskEvent
from phosphene.line.events import LinkState, StateChange
from phosphene.line.frame import Frame
from phosphene.line.tap import Direction, TapRecord
from phosphene.line.wire import FrameType
from phosphene_hil.log import Entry, Kind, SerialLog

TIMEOUT_S = 3.0
_SHOWN = 15

_Found = TypeVar("_Found")


class Expect:
    """Each method waits for one entry of the log, from the test's beginning on, and takes it.

    An entry is taken once: the second `expect.event(...)` waits for the second event. All raise AssertionError
    when `timeout` seconds have passed.
    """

    def __init__(self, log: SerialLog) -> None:
        self._log = log

    async def event(self, task: str, *, timeout: float = TIMEOUT_S, **values: object) -> TaskEvent:
        """Wait for an event of `task` that has these values."""

        def fits(item: object) -> TaskEvent | None:
            if not isinstance(item, TaskEvent) or item.task != task:
                return None
            return item if all(item.values.get(name) == value for name, value in values.items()) else None

        wanted = " ".join(f"{name}={value!r}" for name, value in values.items())
        return await self._take("event", f"an event of {task} {wanted}".rstrip(), fits, timeout)

    async def notice(self, kind: NoticeKind, *, text: str = "", timeout: float = TIMEOUT_S) -> Notice:
        """Wait for a notice about the board itself whose text has the regular expression `text`."""

        def fits(item: object) -> Notice | None:
            ours = isinstance(item, Notice) and item.kind is kind and re.search(text, item.text)
            return item if ours and isinstance(item, Notice) else None

        return await self._take("event", f"a notice {kind.name.lower()} {text!r}", fits, timeout)

    async def frame(
        self, kind: FrameType, *, direction: Direction = Direction.TO_HOST, timeout: float = TIMEOUT_S
    ) -> Frame:
        """Wait for a frame of this type."""

        def fits(item: object) -> Frame | None:
            if not isinstance(item, TapRecord) or item.direction is not direction or not isinstance(item.frame, Frame):
                return None
            return item.frame if item.frame.type == kind else None

        return await self._take("frame", f"a frame {kind.name} {direction.value}", fits, timeout)

    async def line(self, pattern: str, *, timeout: float = TIMEOUT_S) -> re.Match[str]:
        """Wait for a line of the console that has the regular expression `pattern`."""

        def fits(item: object) -> re.Match[str] | None:
            return re.search(pattern, item) if isinstance(item, str) else None

        return await self._take("line", f"a line of the console with {pattern!r}", fits, timeout)

    async def state(self, state: LinkState, *, timeout: float = TIMEOUT_S) -> StateChange:
        """Wait until the line changes to `state`."""

        def fits(item: object) -> StateChange | None:
            return item if isinstance(item, StateChange) and item.state is state else None

        return await self._take("state", f"the line to be {state.name.lower()}", fits, timeout)

    async def _take(self, kind: Kind, wanted: str, fits: Callable[[object], _Found | None], timeout: float) -> _Found:
        fresh: asyncio.Queue[Entry] = asyncio.Queue()
        with self._log.listening(fresh.put_nowait):
            for entry in tuple(self._log.entries):
                fresh.put_nowait(entry)
            try:
                async with asyncio.timeout(timeout):
                    while True:
                        entry = await fresh.get()
                        if entry.kind == kind and not entry.taken and (found := fits(entry.item)) is not None:
                            entry.taken = True
                            return found
            except TimeoutError:
                pass
        raise AssertionError(
            f"waited {timeout:g} s for {wanted}; it did not come. Of its kind there was:\n"
            f"{self._log.tail(_SHOWN, kind)}\nand the newest of all:\n{self._log.tail(_SHOWN)}"
        )
