# SPDX-License-Identifier: Apache-2.0
"""Whether the line is disturbed: what it repairs by itself should be known all the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, Final

SPAN_S: Final = 3.0
LEAST: Final = 3
"""Damaged frames within the span. A reset of the board can cut one off."""
_DAMAGED: Final = ("crc_errors", "cobs_errors", "too_long")


class Noise:
    """Watches the counters of a line, which begin anew with each broker."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def there(self, counters: Mapping[str, Any], now_s: float) -> bool:
        """Whether frames arrived damaged lately; `now_s` only rises."""
        damaged = sum(counters.get(name, 0) for name in _DAMAGED)
        if self._seen and damaged < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now_s, damaged))
        while self._seen[0][0] < now_s - SPAN_S:
            self._seen.popleft()
        return damaged - self._seen[0][1] >= LEAST
