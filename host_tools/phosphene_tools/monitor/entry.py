# SPDX-License-Identifier: Apache-2.0
"""One row of the monitor: a frame, a stretch of noise, or something that happened to the link."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from phosphene.line.dictionary import Dictionary
from phosphene.line.tap import Direction
from phosphene.line.wire import MORE


class Grade(IntEnum):
    """How much a row wants to be seen; `--filter errors` shows TROUBLE and ERROR."""

    DIM = 0
    """Housekeeping: lease renewals, inner segments."""
    PLAIN = 1
    NOTE = 2
    """The link changed its state."""
    TROUBLE = 3
    """Repaired or about to be: a retry, a gap, a hole in the events."""
    ERROR = 4
    """A bad frame, a refusal, a lost link."""


@dataclass(slots=True)
class Names:
    """Where task numbers get their names; one per dictionary, shared by the rows that were seen under it.

    The dictionary often arrives later than the first frames: rows ask when they are shown, not when they are made.
    """

    dictionary: Dictionary | None = None

    def task(self, number: int) -> str:
        """Return the task's name, or its number in words."""
        return self.dictionary.name_of(number) if self.dictionary else f"task {number}"


BAD = "BAD"
NOTE = "NOTE"


@dataclass(slots=True, eq=False)
class Entry:
    """One row. `type` is a FrameType's name, a number like `0x99`, BAD or NOTE; `direction` is None for a note.

    `message` is the whole payload, put together from its segments, on the row of the segment that completed it;
    None on the rows of the other segments. Times are the monotonic clock's nanoseconds; `latency_ns` is this
    reply's time minus the first sending of what it answers. `attempt` counts the sendings of this very frame.
    `task` is a number of the dictionary, -1 for none.
    """

    at_ns: int
    direction: Direction | None
    type: str
    names: Names
    raw: bytes = b""
    session: int = 0
    request: int = 0
    segment: int = 0
    message: bytes | None = None
    task: int = -1
    latency_ns: int | None = None
    attempt: int = 1
    grade: Grade = Grade.PLAIN
    text: str = ""
    """What this end has to say about the row: why a frame is bad, what a hole swallowed, the note itself."""
    bad: str = ""
    """The kind of a bad frame (see FrameError), else empty."""

    @property
    def task_name(self) -> str:
        """The task's name, or an empty string."""
        return self.names.task(self.task) if self.task >= 0 else ""

    @property
    def segments(self) -> str:
        """What part of a message this frame is, as ``"2/…"``; empty for a message of one frame."""
        index = self.segment & ~MORE
        if self.segment & MORE:
            return f"{index + 1}/…"
        return f"{index + 1}/{index + 1}" if index else ""


def note(at_ns: int, names: Names, text: str, grade: Grade = Grade.NOTE) -> Entry:
    """Return a row that tells something about the link rather than a frame on it."""
    return Entry(at_ns, None, NOTE, names, grade=grade, text=text)
