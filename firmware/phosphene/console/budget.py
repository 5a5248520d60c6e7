# SPDX-License-Identifier: Apache-2.0
"""How fast a page may talk: what comes faster waits in the page, since nobody reads it."""

from __future__ import annotations

import asyncio
import time
from typing import Final

BYTES_PER_S: Final = 4_000_000
MESSAGES_PER_S: Final = 150
"""Sound takes 50, pictures 15."""
_BURST_S: Final = 1.0


class Budget:
    """A token bucket (RFC 2697's idea) for bytes and one for messages."""

    def __init__(self, bytes_per_s: float = BYTES_PER_S, messages_per_s: float = MESSAGES_PER_S) -> None:
        self._speeds = (bytes_per_s, messages_per_s)
        self._left = [_BURST_S * speed for speed in self._speeds]
        self._at = time.monotonic()

    async def spend(self, size: int) -> None:
        """Take a message of `size` bytes into account; wait until there is room for the next."""
        now = time.monotonic()
        passed, self._at = now - self._at, now
        wait = 0.0
        for kind, (speed, cost) in enumerate(zip(self._speeds, (size, 1), strict=True)):
            self._left[kind] = min(self._left[kind] + passed * speed, _BURST_S * speed) - cost
            wait = max(wait, -self._left[kind] / speed)
        if wait > 0:
            await asyncio.sleep(wait)
