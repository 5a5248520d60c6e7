# SPDX-License-Identifier: Apache-2.0
"""When a chip has failed too often, and when it is tried again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from phosphene.accelerators.health import Policy


class Patience:
    """Counts failures within a window, and waits longer each time that the chip does not come back to stay."""

    def __init__(self, policy: Policy, clock: Callable[[], float]) -> None:
        self._policy, self._clock = policy, clock
        self._failures: deque[float] = deque()
        self._delay = 0.0
        self._retry_at: float | None = None
        self._back_at: float | None = None

    def failed(self) -> int:
        """Count a failure; return how many there were within the window if they are too many, else 0."""
        now = self._clock()
        self._failures.append(now)
        while self._failures[0] < now - self._policy.window_s:
            self._failures.popleft()
        return len(self._failures) if len(self._failures) >= self._policy.failures else 0

    def wait(self) -> float:
        """Plan the next try, forget the failures until now, and return the seconds until then."""
        now = self._clock()
        stayed = self._back_at is not None and now - self._back_at > self._policy.window_s
        self._delay = min(max(0.0 if stayed else 2 * self._delay, self._policy.retry_s), self._policy.most_retry_s)
        self._retry_at, self._back_at = now + self._delay, None
        self._failures.clear()
        return self._delay

    def came_back(self) -> None:
        """Plan no more tries."""
        self._retry_at, self._back_at = None, self._clock()

    @property
    def retry_in_s(self) -> float | None:
        """Seconds until the next try, or None when none is planned."""
        return None if self._retry_at is None else max(0.0, self._retry_at - self._clock())
