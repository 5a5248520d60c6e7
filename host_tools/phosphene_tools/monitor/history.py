# SPDX-License-Identifier: Apache-2.0
"""The rows that a screen can show: the newest ones, filtered, with a place to stand among them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from phosphene_tools.monitor.entry import Entry, Grade
from phosphene_tools.monitor.filter import Filter

KEPT = 20_000
_LATENCIES = 511


class History:
    """Keeps the newest rows. Those that the filter lets through are numbered from 0; `bottom` is None while the
    screen follows, else the number of the row that it stands on."""

    def __init__(self, keep: int = KEPT) -> None:
        self.filter = Filter()
        self.seen = 0
        """Rows that were added so far, frames or not."""
        self.frames = 0
        self.bad = 0
        self.retries = 0
        self.bottom: int | None = None
        self._all: deque[Entry] = deque(maxlen=keep)
        self._shown: deque[Entry] = deque(maxlen=keep)
        self._count = 0
        """How many rows the filter let through since it was set; the last one's number is one less."""
        self._latencies: deque[int] = deque(maxlen=_LATENCIES)

    def add(self, entry: Entry) -> None:
        """Take one more row."""
        self._all.append(entry)
        self.seen += 1
        if entry.raw:
            self.frames += 1
            self.bad += bool(entry.bad)
            self.retries += entry.attempt > 1 and entry.grade is Grade.TROUBLE
            if entry.latency_ns is not None and entry.type == "RESULT":
                self._latencies.append(entry.latency_ns)
        if self.filter(entry):
            self._shown.append(entry)
            self._count += 1

    def set_filter(self, new: Filter) -> None:
        """Filter what is kept anew, and follow again."""
        self.filter, self.bottom = new, None
        self._shown.clear()
        self._shown.extend(filter(new, self._all))
        self._count = len(self._shown)

    def clear(self) -> None:
        """Forget all rows; the counters go on."""
        self._all.clear()
        self._shown.clear()
        self._count, self.bottom = 0, None

    def scroll(self, rows: int) -> None:
        """Go `rows` up, or down if negative; following begins again at the newest row."""
        newest = self._count - 1
        at = (newest if self.bottom is None else self.bottom) - rows
        self.bottom = None if at >= newest else max(at, self._count - len(self._shown))

    def hold(self) -> None:
        """Stand still where the screen is, or follow again."""
        self.bottom = self._count - 1 if self.bottom is None else None

    def upwards(self) -> Iterator[tuple[Entry, Entry | None]]:
        """Yield the rows from the screen's bottom upwards, each with the one before it."""
        first = self._count - len(self._shown)
        at = len(self._shown) - 1 if self.bottom is None else max(self.bottom - first, 0)
        while 0 <= at < len(self._shown):
            yield self._shown[at], self._shown[at - 1] if at else None
            at -= 1

    @property
    def hidden(self) -> int:
        """How many of the kept rows the filter hides."""
        return len(self._all) - len(self._shown) if self.filter else 0

    @property
    def below(self) -> int:
        """How many newer rows there are below the screen."""
        return 0 if self.bottom is None else self._count - 1 - self.bottom

    @property
    def median_latency_s(self) -> float | None:
        """The median of the newest results' latencies in seconds, or None."""
        ordered = sorted(self._latencies)
        return ordered[len(ordered) // 2] / 1e9 if ordered else None
