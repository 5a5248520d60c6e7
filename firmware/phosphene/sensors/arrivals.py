# SPDX-License-Identifier: Apache-2.0
"""How fast blocks really come."""

from __future__ import annotations

from collections import deque
from typing import Final

_WINDOW_S: Final = 2.0


class Arrivals:
    """Remembers what came within the last two seconds."""

    def __init__(self) -> None:
        self._came: deque[tuple[float, int]] = deque()

    def clear(self) -> None:
        """Begin anew: the time between two openings is no slow rate."""
        self._came.clear()

    def add(self, now_s: float, size: int) -> None:
        """Count a block of `size` pictures or samples that came now."""
        self._came.append((now_s, size))
        while self._came[0][0] < now_s - _WINDOW_S:
            self._came.popleft()

    def rate_hz(self, now_s: float, still_s: float) -> float:
        """Return pictures or samples per second; 0 before the second block, and when none came for `still_s`."""
        if len(self._came) < 2 or now_s - self._came[-1][0] > still_s:
            return 0.0
        span_s = self._came[-1][0] - self._came[0][0]
        # The first block's own time lies before the span.
        return sum(size for _, size in list(self._came)[1:]) / span_s if span_s > 0 else 0.0
