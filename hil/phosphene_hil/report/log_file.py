# SPDX-License-Identifier: Apache-2.0
"""One test's serial log as a file that is written line by line."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path

from phosphene_hil.log import Entry, SerialLog

LINES = 100_000


class LogFile:
    """A process that is killed leaves every line but the one it was at.

    `begin` and `end` belong on the bench's event loop, where the log's entries come in.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        self.path = path
        self._file = path.open("w", encoding="utf-8", buffering=1)
        self._listening = ExitStack()
        self._lock = threading.Lock()
        self.lines = 0

    async def begin(self, log: SerialLog) -> None:
        """Write what is there, and then what comes."""
        for entry in tuple(log.entries):
            self._write(entry)
        self._listening.enter_context(log.listening(self._write))

    async def end(self) -> None:
        """Write no more."""
        self._listening.close()
        with self._lock:
            self._file.close()

    def note(self, text: str) -> None:
        """Write a line of the bench's own; from any thread."""
        with self._lock:
            if not self._file.closed:
                self._line(f"            bench  {text}")

    def _write(self, entry: Entry) -> None:
        with self._lock:
            self._line(str(entry))

    def _line(self, text: str) -> None:
        if self.lines > LINES:
            return
        self.lines += 1
        self._file.write(f"{text}\n" if self.lines <= LINES else f"(more than {LINES} lines are not kept)\n")
