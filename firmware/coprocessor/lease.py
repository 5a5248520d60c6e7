# SPDX-License-Identifier: Apache-2.0
"""The lease: the host proves progress, not presence. PROTOCOL.md, section 10."""

from micropython import const

LIVE = const(0)
TICK_STANDS = const(1)
CAPTURE_STANDS = const(2)
INFERENCES_STAND = const(3)
FIRST = const(4)
LATCHED = const(5)

ALL = const(7)

# Why it ended, by the counter that stood; then what else can have ended it.
STOOD = ("the loop stands", "nothing is sensed", "nothing is decided")
UNRENEWED = "no renewal came"
ANOTHER = "another host began"


class Lease:
    """Runs until the first of three counters has stood still for its age.

    Times are milliseconds of the caller's clock.
    """

    def __init__(self, ages: dict):
        self._ages = (
            ages.get("tick_ms", 500),
            ages.get("capture_ms", 500),
            ages.get("inference_ms", 500),
        )
        self._counts = None
        self._rose = [0, 0, 0]  # when each counter last rose
        self._renewed = 0  # when the last renewal came
        self._risen = 0  # one bit per counter that rose since the first renewal

    def renew(self, counts: tuple, now: int) -> int:
        """Take the three counters of a renewal; the verdict."""
        self._renewed = now
        last = self._counts
        self._counts = counts
        if last is None or any([new < old for new, old in zip(counts, last)]):
            self._risen = 0
            return FIRST
        for i in range(3):
            if counts[i] > last[i]:
                self._rose[i] = now
                self._risen |= 1 << i
        if self._risen != ALL:
            return FIRST
        for i in range(3):
            if now - self._rose[i] >= self._ages[i]:
                return TICK_STANDS + i
        return LIVE

    def why(self, now: int) -> str:
        """Why it has ended."""
        if self._risen != ALL:
            return ANOTHER
        if now - self._renewed >= min(self._ages) // 2:
            return UNRENEWED
        for i in range(3):
            if now - self._rose[i] >= self._ages[i]:
                return STOOD[i]
        return UNRENEWED

    def left_ms(self, now: int) -> int:
        """Time until the lease ends if nothing rises any more; 0 when it has ended."""
        if self._risen != ALL:
            return 0
        left = self._rose[0] + self._ages[0]
        for i in (1, 2):
            left = min(left, self._rose[i] + self._ages[i])
        return max(0, left - now)
