# SPDX-License-Identifier: Apache-2.0
"""The hardware dead-man: a retriggerable monostable, like a 74HC123, on the firmware's kick pin."""

from __future__ import annotations


class Monostable:
    """High for `hold_ms` after each rising edge at its input; an edge in the meantime starts the time anew."""

    def __init__(self, pin: int, hold_ms: float) -> None:
        self.pin = pin
        self.high = False
        self.falls_at_us = 0
        self._hold_us = round(hold_ms * 1000)
        self._level = 0

    def input(self, level: int, time_us: int) -> None:
        """Take the input's level from `time_us` on."""
        if level and not self._level:
            self.high = True
            self.falls_at_us = time_us + self._hold_us
        self._level = level

    def clear(self) -> None:
        """Fall now."""
        self.high = False
