# SPDX-License-Identifier: Apache-2.0
"""Writes rows to a stream in a thread of its own: a pipe that stalls costs rows, and never holds up the line."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition, Thread
from typing import TextIO

from phosphene_tools.monitor.entry import Entry, Grade, note

QUEUE = 5000
"""Rows that may wait: a second of the busiest line."""

Write = Callable[[Entry, Entry | None], Iterable[str]]
"""Returns the lines of a row; it gets the row before too."""


class Printer:
    """Takes rows from the event loop and prints them in order. What does not fit is dropped, counted and told.

    `on_broken` is called, from the printer's thread, when the stream can't be written any more.
    """

    def __init__(
        self,
        stream: TextIO,
        write: Write,
        *,
        on_broken: Callable[[OSError], None] | None = None,
        queue: int = QUEUE,
        owns_stream: bool = False,
    ) -> None:
        self.skipped = 0
        """Rows dropped so far."""
        self._stream = stream
        self._write = write
        self._on_broken = on_broken
        self._owns_stream = owns_stream
        self._queue: deque[Entry] = deque()
        self._most = queue
        self._untold = 0
        self._last: Entry | None = None
        self._ready = Condition()
        self._closed = False
        self._broken = False
        self._thread = Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    def put(self, entry: Entry) -> None:
        """Print `entry` soon. Never blocks for longer than it takes to copy a list."""
        with self._ready:
            if self._broken or self._closed:
                return
            if len(self._queue) >= self._most:
                # The oldest go: what is shown next should be what happens now.
                self._queue.popleft()
                self._untold += 1
                self.skipped += 1
            self._queue.append(entry)
            if len(self._queue) == 1:
                self._ready.notify()

    def close(self, timeout: float = 2.0) -> None:
        """Print what waits, for at most `timeout` seconds, and end."""
        with self._ready:
            self._closed = True
            self._ready.notify()
        self._thread.join(timeout)

    def _run(self) -> None:
        try:
            self._print_all()
        except (OSError, ValueError) as error:
            # ValueError: the stream was closed under us, which is how an interpreter shuts down.
            self._broken = True
            _discard(self._stream)
            if self._on_broken and isinstance(error, OSError):
                self._on_broken(error)
        finally:
            if self._owns_stream:
                with contextlib.suppress(OSError):
                    self._stream.close()

    def _print_all(self) -> None:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._queue or self._closed)
                batch, skipped = list(self._queue), self._untold
                self._queue.clear()
                self._untold = 0
            if not batch:
                return
            if skipped:
                first = batch[0]
                batch.insert(0, note(first.at_ns, first.names, behind(skipped), Grade.TROUBLE))
            self._print(batch)

    def _print(self, batch: list[Entry]) -> None:
        lines: list[str] = []
        for entry in batch:
            lines += (f"{line}\n" for line in self._write(entry, self._last))
            self._last = entry
        self._stream.write("".join(lines))
        self._stream.flush()


def _discard(stream: TextIO) -> None:
    """Let what is still buffered go nowhere: the interpreter flushes at exit, and would fail once more."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def behind(skipped: int) -> str:
    """Say how many rows were not shown."""
    return f"behind: {skipped} rows skipped"
