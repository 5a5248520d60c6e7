# SPDX-License-Identifier: Apache-2.0
"""The chip's watchdog: once started it bites unless it is fed, whatever the firmware is doing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from phosphene_tools.sim.clock import now_us


class Watchdog:
    """Times are those of the firmware's records, so a launcher that is late does it no harm."""

    def __init__(self, bite: Callable[[], None], receive: Callable[[], None]) -> None:
        """`receive` takes in records that have arrived already; it is called before a bite."""
        self._bite = bite
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._timeout_us = 0
        self._fed_us = 0

    def start(self, timeout_ms: int, time_us: int) -> None:
        """Begin; it can't be stopped but by a reset."""
        self._timeout_us = timeout_ms * 1000
        self._fed_us = time_us
        if self._timer is None:
            self._wait()

    def feed(self, time_us: int) -> None:
        """Begin the time anew."""
        self._fed_us = time_us

    def reset(self) -> None:
        """Stop, as a reset of the chip does."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        left = (self._fed_us + self._timeout_us - now_us()) / 1e6
        self._timer = self._loop.call_later(max(0.0, left) + 0.001, self._look)

    def _look(self) -> None:
        self._receive()
        if self._timer is None:
            return
        if now_us() - self._fed_us < self._timeout_us:
            self._wait()
        else:
            self._timer = None
            self._bite()
