# SPDX-License-Identifier: Apache-2.0
"""Everything that a board said during a test, in order: frames, events, changes of the line, lines of its console."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Literal

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene.exact.events import Dropped, EventStream, Notice, StreamItem, TaskEvent
from phosphene.line.events import StateChange
from phosphene.line.frame import Frame
from phosphene.line.link import Link
from phosphene.line.tap import Direction, TapRecord
from phosphene.line.transport import Transport, open_transport
from phosphene.line.wire import FrameType

KEPT = 20_000
_LINE_MAX = 4096

Kind = Literal["frame", "event", "state", "line"]
Item = TapRecord | StreamItem | StateChange | str


@dataclass
class Entry:
    """One thing that was seen, `at_s` seconds after the test began. `taken` once an expectation has met it."""

    at_s: float
    kind: Kind
    item: Item
    taken: bool = False

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.at_s:8.3f} s  {self.kind:5}  {_words(self.item)}"


class SerialLog:
    """The newest 20,000 entries of one test. `watch` begins, `close` ends it."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self._began = time.monotonic()
        self._listeners: list[Callable[[Entry], None]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._undo: list[Callable[[], None]] = []
        self._console: Transport | None = None
        self._rest = b""

    async def watch(self, link: Link, mcu: Coprocessor, repl: str) -> None:
        """Note what comes over `link` and, where there is one, over the console at the port `repl`."""
        self._undo.append(link.tap(lambda record: self.add("frame", record)))
        changes = link.subscribe()
        self._undo.append(changes.close)
        stream = mcu.events()
        self._undo.append(stream.close)
        self._tasks.append(asyncio.create_task(self._note_events(stream)))

        async def note_changes() -> None:
            async for item in changes:
                if isinstance(item, StateChange):
                    self.add("state", item)

        self._tasks.append(asyncio.create_task(note_changes()))
        if repl:
            try:
                self._console = await open_transport(repl)
            except LineError as error:  # mpremote may be at it; the line is what is under test
                self.add("line", f"(the console is not heard: {error})")
            else:
                self._console.start(self._heard, lambda reason: self.add("line", f"(the console ended: {reason})"))

    async def close(self) -> None:
        """Note nothing more."""
        for undo in self._undo:
            undo()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._console is not None:
            self._console.close()

    def add(self, kind: Kind, item: Item) -> None:
        """Take one more."""
        entry = Entry(time.monotonic() - self._began, kind, item)
        self.entries.append(entry)
        for listener in tuple(self._listeners):
            listener(entry)

    @contextlib.contextmanager
    def listening(self, listener: Callable[[Entry], None]) -> Generator[None]:
        """Call `listener` with each new entry while the context lasts."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def tail(self, count: int = 40, kind: Kind | None = None) -> str:
        """Return the newest entries (of one kind), one a line."""
        fits = [entry for entry in self.entries if kind in (None, entry.kind)]
        return "\n".join(str(entry) for entry in fits[-count:]) or "nothing at all"

    async def _note_events(self, stream: EventStream) -> None:
        async for item in stream:
            self.add("event", item)

    def _heard(self, data: bytes) -> None:
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-_LINE_MAX:]
        for line in lines:
            self.add("line", line.decode(errors="replace").rstrip("\r"))


def _words(item: Item) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, TapRecord):
        arrow = "→" if item.direction is Direction.TO_BOARD else "←"
        return f"{arrow} {_frame_words(item.frame) if isinstance(item.frame, Frame) else f'bad: {item.frame.text}'}"
    if isinstance(item, TaskEvent):
        values = " ".join(f"{name}={value!r}" for name, value in item.values.items())
        return f"{item.task} no. {item.sequence} at {item.time_us} µs: {values}"
    if isinstance(item, Notice):
        return f"notice {item.kind.name.lower()}: {item.text}"
    if isinstance(item, Dropped):
        return f"dropped {'?' if item.count is None else item.count}: {item.why}"
    return f"{item.state.name.lower()}: {item.reason}"


def _frame_words(frame: Frame) -> str:
    name = FrameType(frame.type).name if frame.type in FrameType.__members__.values() else f"type {frame.type:#04x}"
    return f"{name} session {frame.session} request {frame.request} {frame.payload.hex(' ', 4)}"
