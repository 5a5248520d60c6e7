# SPDX-License-Identifier: Apache-2.0
"""A clock that goes on without power: it tells the time of day after a reset, and is set with it.

`board.json` declares `"rtc": {"kind": "ds3231", "i2c", "drift_ppm"}`. The chip counts whole seconds:
to know more, it is watched until the next one begins; to tell it more, it is set when one begins.
"""

import sys

import device
import wall_clock
from ds3231 import Ds3231
from micropython import const

WATCH_MS = const(10)  # between two looks while waiting for the next second
LATE_MS = const(20)  # a second that began longer ago is not written any more
AGAIN_MS = const(3600000)  # by then the board's own crystal may be off by 180 ms
RETRY_MS = const(60000)


class BatteryClock:
    """What the firmware does with the chip, in rounds of the dispatcher."""

    def __init__(self):
        self._declared = device.config["rtc"]
        self._chip = None
        self.trouble = ""  # why the chip is not believed, or was not set
        self.setting = False  # it is to be set when the next second begins
        self._next_ms = 0
        self._seen = -1  # the second that was read last while watching; -1: not watching
        self._seen_ms = 0  # when that look began

    def look(self) -> tuple:
        """Read the chip: (UTC in seconds, how far off in ms, beyond the second), or () with `trouble`."""
        try:
            if self._chip is None:
                self._chip = Ds3231(self._declared)
            utc, since, error_ms = self._chip.read()
        except OSError:
            self.trouble = "no answer at address 0x68 of i2c %d; check its wiring" % self._declared["i2c"]
        except ValueError as fault:
            self.trouble = str(fault)
        else:
            self.trouble = ""
            # 1 ppm is 1 ms in 1000 s; rounded up.
            return utc, error_ms - (since - utc) * self._declared["drift_ppm"] // 1000 + 1
        return ()

    def start(self) -> None:
        """Tell the time to half a second at once, and better within the next second."""
        found = self.look()
        if found:
            self._told(found[0] * 1000 + 500, found[1] + 500)

    def set(self) -> None:
        """The time of day was told: the chip gets it when the next second begins."""
        self.setting = True

    def round(self) -> None:
        if self.setting:
            self._set()
            return
        now = device.clock.ms()
        if now >= self._next_ms:
            self._watch(now)

    def _watch(self, now: int) -> None:
        found = self.look()
        self._next_ms = now + (WATCH_MS if found else RETRY_MS)
        if not found:
            self._seen = -1
            return
        utc, error_ms = found
        if self._seen >= 0 and utc == self._seen + 1:
            # It began after the look before had begun, and before this one ended.
            slack = device.clock.ms() - self._seen_ms
            self._told(utc * 1000 + slack // 2, error_ms + slack // 2 + 1)
            self._seen = -1
            self._next_ms = now + AGAIN_MS
            return
        self._seen, self._seen_ms = utc, now

    def _told(self, utc_ms: int, error_ms: int) -> None:
        """The better word counts."""
        if wall_clock.is_set() and wall_clock.error_ms() <= error_ms:
            return
        wall_clock.tell(utc_ms, error_ms, wall_clock.RTC)
        if "timers" in sys.modules:
            sys.modules["timers"].timers.clock_set()

    def _set(self) -> None:
        utc, past_ms = divmod(wall_clock.utc_ms(), 1000)
        if past_ms > LATE_MS:
            return
        self.setting = False
        self._seen = -1
        self._next_ms = device.clock.ms() + AGAIN_MS
        try:
            if self._chip is None:
                self._chip = Ds3231(self._declared)
            self._chip.write(utc)
            late_ms = wall_clock.utc_ms() - utc * 1000
            self._chip.keep(utc, wall_clock.error_ms() + late_ms)
            self.trouble = ""
        except OSError:
            self.trouble = "no answer at address 0x68 of i2c %d; it was not set" % self._declared["i2c"]
        except ValueError as fault:
            self.trouble = "it was not set: %s" % fault


clock = BatteryClock()
clock.start()
device.drains.append(clock.round)
