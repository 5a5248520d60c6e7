# SPDX-License-Identifier: Apache-2.0
"""Soft timers, and the watchdog that the launcher keeps."""

from array import array
from time import ticks_add, ticks_diff, ticks_us

import sim_link as link
from sim_link import stamp


class Timer:
    """A soft timer: its callback runs between bytecodes, about a millisecond late."""

    ONE_SHOT, PERIODIC = 0, 1

    def __init__(self, id=-1, **options):
        self.due = 0
        self._period = 0
        self._callback = None
        if options:
            self.init(**options)

    def init(self, *, mode=PERIODIC, freq=-1, period=-1, callback=None, hard=False, tick_hz=1000):
        self.deinit()
        us = int(1000000 / freq) if freq != -1 else int(period * 1000000 / tick_hz)
        if us <= 0:
            raise ValueError("a period above 0 is needed")
        self._period = us if mode == self.PERIODIC else 0
        self._callback = callback
        self.due = ticks_add(ticks_us(), us)
        link.timers.append(self)

    def deinit(self):
        if self in link.timers:
            link.timers.remove(self)

    def fire(self, now):
        """Called by the link when the time has come; periods that were missed are skipped."""
        if self._period:
            self.due = ticks_add(self.due, self._period)
            if ticks_diff(self.due, now) <= 0:
                self.due = ticks_add(now, self._period)
        else:
            self.deinit()
        if self._callback is not None and not link.call(self._callback, self):
            self.deinit()


class WDT:
    """The watchdog, which the launcher keeps: it can't be stopped."""

    def __init__(self, id=0, timeout=5000):
        if not 1 <= timeout <= 8388:
            raise ValueError("timeout is 1 to 8388 ms")
        self._record = array("q", (link.WDT_FEED, 0))
        link.send(link.WDT_START, 0, timeout)

    def feed(self):
        self._record[1] = stamp()
        link.write(self._record)
