# SPDX-License-Identifier: Apache-2.0
"""A task for tests: how long the dispatcher was away between two of its rounds."""

import device
import time
from task import field, task


class Rounds:
    """The longest time between two rounds, by the clock and in processor time of this process."""

    def __init__(self):
        self.begin()

    def begin(self):
        self.longest_us = self.longest_cpu_us = 0
        self._us = time.ticks_us()
        self._cpu_us = self._cpu()

    def _cpu(self):
        # Of the desktop port: what other programs take from this one does not count.
        return int(time.clock() * 1000000)  # pyright: ignore[reportAttributeAccessIssue]

    def drain(self):
        us, cpu_us = time.ticks_us(), self._cpu()
        self.longest_us = max(self.longest_us, time.ticks_diff(us, self._us))
        self.longest_cpu_us = max(self.longest_cpu_us, cpu_us - self._cpu_us)
        self._us, self._cpu_us = us, cpu_us


_rounds = []


@task(
    "stalls.longest",
    results=(field("us", "u32", unit="us"), field("cpu_us", "u32", unit="us")),
)
def longest():
    if not _rounds:
        _rounds.append(Rounds())
        device.drains.append(_rounds[0].drain)
    rounds = _rounds[0]
    found = rounds.longest_us, rounds.longest_cpu_us
    rounds.begin()
    return found
