# SPDX-License-Identifier: Apache-2.0
"""Time since boot that does not wrap, over MicroPython's ticks that do."""

from time import ticks_diff, ticks_ms, ticks_us


class Clock:
    """Extends `ticks_*`; something must ask at least once in four minutes."""

    def __init__(self):
        self._ms = 0
        self._us = 0
        self._last_ms = ticks_ms()
        self._last_us = ticks_us()

    def ms(self) -> int:
        """Milliseconds since boot; a small integer for the first 12 days."""
        now = ticks_ms()
        self._ms += ticks_diff(now, self._last_ms)
        self._last_ms = now
        return self._ms

    def us(self) -> int:
        """Microseconds since boot."""
        now = ticks_us()
        self._us += ticks_diff(now, self._last_us)
        self._last_us = now
        return self._us
