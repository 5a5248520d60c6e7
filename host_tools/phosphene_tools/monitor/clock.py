# SPDX-License-Identifier: Apache-2.0
"""Monotonic times as times of day."""

from __future__ import annotations

import time
from datetime import datetime
from enum import Enum


class TimeStyle(Enum):
    """How a row tells its time."""

    CLOCK = "clock"
    START = "start"
    DELTA = "delta"


class WallClock:
    """Relates the monotonic clock to the time of day, once: a step of the system's clock doesn't reorder rows."""

    def __init__(self) -> None:
        self.start_ns = time.monotonic_ns()
        self._offset_ns = time.time_ns() - self.start_ns

    def seconds(self, at_ns: int) -> float:
        """Return the moment as seconds since the epoch."""
        return (at_ns + self._offset_ns) / 1e9

    def write(self, at_ns: int, style: TimeStyle, before_ns: int | None = None) -> str:
        """Return the moment in twelve characters; `before_ns` is the row before, for DELTA."""
        if style is TimeStyle.CLOCK:
            local = datetime.fromtimestamp(self.seconds(at_ns)).astimezone()
            return local.strftime("%H:%M:%S.") + f"{local.microsecond // 1000:03d}"
        if style is TimeStyle.START:
            return f"{(at_ns - self.start_ns) / 1e9:12.6f}"
        return f"{(at_ns - (at_ns if before_ns is None else before_ns)) / 1e9:+12.6f}"
