# SPDX-License-Identifier: Apache-2.0
"""The time without a lease: since when, until when and why, for the host that comes next and has to tell a person."""


class Absence:
    """Times are milliseconds of the caller's clock. Begins with the boot: no host was there yet."""

    def __init__(self):
        self.losses = 0
        self.leases = 0
        self.since_ms = 0
        self.until_ms = -1  # -1: there is still no lease
        self.why = "no host was there"

    def begins(self, now: int, why: str) -> None:
        """The lease was lost."""
        self.losses += 1
        self.since_ms = now
        self.until_ms = -1
        self.why = why

    def ends(self, now: int) -> None:
        """A lease is live."""
        self.leases += 1
        self.until_ms = now

    def lasted(self, now: int) -> int:
        """How long the last one was, or has been until now."""
        return (now if self.until_ms < 0 else self.until_ms) - self.since_ms

    def covers(self, ms: int) -> bool:
        """Whether this was then."""
        return self.since_ms <= ms and (self.until_ms < 0 or ms <= self.until_ms)
