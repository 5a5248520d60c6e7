# SPDX-License-Identifier: Apache-2.0
"""The ENABLE line, and the kicks that keep its dead-man from letting it fall."""

from machine import Pin


class Enable:
    """Low until it is raised; times are milliseconds of the caller's clock."""

    def __init__(self, config: dict):
        dead_man = config.get("deadman_ms", 100)
        self._late = dead_man * 3 // 4  # between two kicks; its parts are good to a tenth
        self.longest_pause_ms = dead_man // 2  # for which nobody may kick
        self._enable = Pin(config["enable_pin"], Pin.OUT, value=0)
        self._kick = Pin(config["kick_pin"], Pin.OUT, value=0)
        self._level = 0
        self._kicked = 0  # when the kick pin last rose

    def up(self, level: int, now: int) -> None:
        """Begin anew, with this level; the dead-man lets ENABLE rise with the first kick."""
        self._kicked = now
        self._enable.value(level)

    def down(self) -> None:
        self._enable.value(0)

    def kick(self, now: int) -> None:
        """Toggle the pin; a rise is a kick."""
        self._level ^= 1
        self._kick.value(self._level)
        if self._level:
            self._kicked = now

    def late(self, now: int) -> bool:
        """True when the dead-man let ENABLE fall, or nearly did."""
        return now - self._kicked >= self._late
