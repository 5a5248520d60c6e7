# SPDX-License-Identifier: Apache-2.0
"""One timer or alarm: when it is due, and how wrong that can be."""

import device
import wall_clock


class Timer:
    """`due_ms` is on the board's clock, -1 while that can't be told."""

    def __init__(self, name: str, due_ms: int, utc_ms: int, alarm: bool):
        self.name = name
        self.alarm = alarm
        self.due_ms = due_ms
        self.utc_ms = utc_ms  # when it is due by the time of day, 0 if that was not known
        self.utc_error_ms = 0  # how far that can be off
        self.since_ms = device.clock.ms()  # what the drift counts from
        self.base_error_ms = 0  # what was lost before that
        self.known = True  # False: it is not known how long the board was off
        self.ringing = False

    def left_ms(self, now: int) -> int:
        return max(0, self.due_ms - now) if self.due_ms >= 0 else 0

    def error_ms(self, now: int) -> int:
        """How far off it can be by now; without meaning while it is not `known`."""
        if not self.known:
            return 0
        if self.alarm:
            return wall_clock.error_ms()
        return self.base_error_ms + wall_clock.drift_ms(now - self.since_ms)

    def told(self, now: int) -> None:
        """Note when a timer is due by the time of day, for a board that may reset."""
        self.utc_ms = wall_clock.utc_ms() + self.left_ms(now)
        self.utc_error_ms = wall_clock.error_ms()

    def by_utc(self, now: int) -> None:
        """Be due by the time of day, as it is known now."""
        self.due_ms = max(0, now + self.utc_ms - wall_clock.utc_ms())
        if not self.alarm:
            self.base_error_ms = self.utc_error_ms + wall_clock.error_ms()
            self.since_ms = now
        self.known = True
