# SPDX-License-Identifier: Apache-2.0
"""Keeps what was seen in a file: everything, whatever the filter shows."""

from __future__ import annotations

from pathlib import Path

from phosphene.errors import PhospheneError
from phosphene_tools.monitor.clock import WallClock
from phosphene_tools.monitor.entry import Entry
from phosphene_tools.monitor.jsonl import as_json
from phosphene_tools.monitor.palette import text_of
from phosphene_tools.monitor.printer import Printer
from phosphene_tools.monitor.rows import Layout

# What is kept for later may wait longer than what is shown.
_QUEUE = 100_000


class LogError(PhospheneError):
    """The log's file can't be written."""


class SessionLog:
    """A log that may be on or off. A file called `….jsonl` gets JSON with every frame's bytes, others get text."""

    def __init__(self, clock: WallClock) -> None:
        self.path: Path | None = None
        self.error: LogError | None = None
        """Why the log ended by itself."""
        self._clock = clock
        self._printer: Printer | None = None

    def start(self, path: Path) -> None:
        """Write to the end of `path` from now on. Raises LogError."""
        self.stop()
        try:
            stream = path.open("a", encoding="utf-8")
        except OSError as error:
            raise _unwritable(path, error) from None
        text = Layout(self._clock, hex=False)

        def as_text(entry: Entry, before: Entry | None) -> list[str]:
            return [text_of(line).rstrip() for line in text.lines(entry, before)]

        def as_lines(entry: Entry, _: Entry | None) -> list[str]:
            return [as_json(entry, self._clock, with_raw=True)]

        def broken(error: OSError) -> None:
            self.error = _unwritable(path, error)

        write = as_lines if path.suffix == ".jsonl" else as_text
        self.path, self.error = path, None
        self._printer = Printer(stream, write, on_broken=broken, queue=_QUEUE, owns_stream=True)

    def put(self, entry: Entry) -> None:
        """Write the row, if the log is on."""
        if self._printer is not None:
            self._printer.put(entry)

    def stop(self) -> None:
        """Finish the file."""
        printer, self._printer, self.path = self._printer, None, None
        if printer is not None:
            printer.close()


def _unwritable(path: Path, error: OSError) -> LogError:
    return LogError(f"the log can't be written: {error.strerror}", place=str(path), cure="name another file")
