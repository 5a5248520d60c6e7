# SPDX-License-Identifier: Apache-2.0
"""What a file or a test signal delivers comes at the pace of the world, unless somebody wants it at once."""

from __future__ import annotations

import threading
import time


class Pace:
    """Says when a source's blocks are due. Without `real_time` everything is due at once, at the times it would have.

    A reader who was late gets what is due at once; after more than a second, the source goes on from now.
    """

    def __init__(self, *, real_time: bool) -> None:
        self._real_time = real_time
        self._stopped = threading.Event()
        self._start = 0.0

    def start(self) -> None:
        """Begin: now is time 0 of the source."""
        self._stopped.clear()
        self._start = time.monotonic()

    def stop(self) -> None:
        """End a wait in another thread."""
        self._stopped.set()

    def due(self, at_s: float) -> float:
        """Return the time on the host's clock at which what is `at_s` after the start happens."""
        return self._start + at_s

    def wait(self, at_s: float, timeout_s: float) -> bool:
        """Wait until `at_s` after the start. Return False when that is later than `timeout_s`, or `stop` came."""
        if self._stopped.is_set():
            return False
        if not self._real_time:
            return True
        left = self.due(at_s) - time.monotonic()
        if left > timeout_s:
            self._stopped.wait(timeout_s)
            return False
        if left < -1.0:
            self._start -= left
        return not (left > 0 and self._stopped.wait(left))
