# SPDX-License-Identifier: Apache-2.0
"""How long and how often one output may be on: pure arithmetic on times, no pin.

On means away from the safe level. Times are milliseconds of the caller's clock;
a limit of 0 is none. Going safe is never limited, only noted.
"""

from refusal import refused

MINUTE = 60_000


def seconds(ms: int) -> str:
    """A duration as a person reads it: tenths of a second, rounded up."""
    tenths = (ms + 99) // 100
    return "%d.%d s" % (tenths // 10, tenths % 10) if tenths % 10 else "%d s" % (tenths // 10)


class Limits:
    """What one output declares, and what it did lately.

    It counts as off since boot, so that a reset is no way round `min_off_ms`.
    The methods that note a change are a run of code without a jump, where no
    interrupt handler gets in between: the timer and the dispatcher both note.
    """

    def __init__(self, declared: dict):
        self.max_on = declared.get("max_on_ms", 0)
        self.min_on = declared.get("min_on_ms", 0)
        self.min_off = declared.get("min_off_ms", 0)
        # One slot at least, so that noting needs no question.
        self._slots = max(1, declared.get("max_changes_per_min", 0))
        self._counts = declared.get("max_changes_per_min", 0) > 0
        self._changes = [-MINUTE] * self._slots  # a ring, the oldest at _next
        self._next = 0
        self.changed = 0
        self._free = self.min_off  # when it may go on again

    def begins(self, now: int) -> None:
        """It is about to go on: the longest time on runs from here."""
        self.changed = now

    def went_on(self, now: int) -> None:
        """It went on."""
        self._changes[self._next] = now
        self._next = (self._next + 1) % self._slots

    def went_off(self, now: int) -> None:
        """It went safe. Who stops early waits for the rest of the shortest time on, too."""
        self._free = max(now, self.changed + self.min_on) + self.min_off
        self.changed = now
        self._changes[self._next] = now
        self._next = (self._next + 1) % self._slots

    def expired(self, now: int) -> bool:
        """True when an output that is on has been so for its longest time."""
        return self.max_on > 0 and now - self.changed >= self.max_on

    def on_left(self, now: int) -> int:
        """For an output that is on: ms until it goes off by itself, 0 without a limit."""
        return max(0, self.changed + self.max_on - now) if self.max_on else 0

    def owed(self, now: int) -> int:
        """For an output that is on: ms until its shortest time on is over."""
        return max(0, self.changed + self.min_on - now)

    def wait(self, now: int) -> int:
        """For an output that is off: ms until it may go on."""
        return max(self._rest(now), self._rate(now))

    def check(self, name: str, now: int) -> None:
        """Raise Refusal when it is too early to go on."""
        left = self._rest(now)
        if left:
            raise refused(
                "%s rests %s between runs, so it may go on in %s; ask then"
                % (name, seconds(self.min_off), seconds(left))
            )
        left = self._rate(now)
        if left:
            raise refused(
                "%s may change %d times a minute and did; ask again in %s" % (name, self._slots, seconds(left))
            )

    def _rest(self, now: int) -> int:
        return max(0, self._free - now)

    def _rate(self, now: int) -> int:
        """Going on takes two changes: its own, and the way back that can't be refused."""
        if not self._counts:
            return 0
        second = self._changes[(self._next + 1) % self._slots]
        return max(0, second + MINUTE - now)
