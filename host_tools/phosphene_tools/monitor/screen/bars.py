# SPDX-License-Identifier: Apache-2.0
"""The line at the top, which says what is watched and how it is, and the one below the rows, which counts."""

from __future__ import annotations

import time
from collections import deque

from phosphene.line.events import LinkState
from phosphene.line.wire import HelloFlags
from phosphene_tools.monitor.history import History
from phosphene_tools.monitor.log import SessionLog
from phosphene_tools.monitor.palette import Fragment
from phosphene_tools.monitor.rows import duration
from phosphene_tools.monitor.watch import Watch

_STATES = {
    LinkState.UP: ("good", "up"),
    LinkState.PAUSED: ("trouble", "paused: the board writes its flash"),
    LinkState.CONNECTING: ("trouble", "connecting"),
    LinkState.DOWN: ("error", "down"),
    LinkState.MISMATCH: ("error", "another protocol version"),
}
KEYS = "Ctrl-T menu  Ctrl-] leave "


def top(watch: Watch, width: int) -> list[Fragment]:
    """Return the title line: board, port, state; then, as far as there is room, its port and the keys."""
    style, state = ("error", "no broker") if watch.mcu is None else _STATES[watch.mcu.state]
    parts: list[Fragment] = [("task", f" {watch.port.name or watch.port.line} "), (style, f"● {state} ")]
    if watch.mcu is not None and watch.mcu.state is LinkState.UP:
        hello = watch.mcu.hello
        parts.append(("dim", f"boot {hello.boot_id:08x} after {hello.cause} "))
        if HelloFlags.MAINTENANCE in hello.flags:
            parts.append(("trouble", "maintenance "))
    left = width - sum(len(text) for _, text in parts) - len(KEYS)
    if left > len(watch.port.line) and watch.port.name:
        parts.append(("dim", f"{watch.port.line} "))
        left -= len(watch.port.line) + 1
    if left >= 0:
        parts.append(("dim", " " * left + KEYS))
    return parts


class Rate:
    """Frames per second over the last second or so."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque(maxlen=24)

    def at(self, frames: int) -> float:
        """Take the count of frames so far; return the present rate."""
        now = time.monotonic()
        self._samples.append((now, frames))
        while len(self._samples) > 2 and now - self._samples[0][0] > 1.0:
            self._samples.popleft()
        then, before = self._samples[0]
        span = now - then
        return (frames - before) / span if span > 0.05 else 0.0


def bottom(history: History, rate: float, width: int, *, missed: int, log: SessionLog) -> list[Fragment]:
    """Return the line of counters, the most telling ones first, for a narrow terminal clips it."""
    median = history.median_latency_s
    parts: list[Fragment] = []
    if history.bottom is not None:
        parts.append(("trouble", f"still, {history.below} newer below  "))
    if history.filter:
        parts += [("note", f"{history.filter.expression} "), ("dim", f"hides {history.hidden}  ")]
    parts.append(("dim", f"{history.frames:,} frames  {rate:,.0f}/s  "))
    parts.append(("error" if history.bad else "dim", f"{history.bad} bad  "))
    parts.append(("trouble" if history.retries else "dim", f"{history.retries} retries  "))
    if missed:
        parts.append(("trouble", f"{missed:,} not seen  "))
    if median is not None:
        parts.append(("dim", f"median {duration(median)}  "))
    if log.error:
        parts.append(("error", log.error.message))
    elif log.path:
        parts.append(("note", f"log {log.path}"))
    line = [("", " "), *parts]
    return line if width > 0 else []
