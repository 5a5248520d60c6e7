# SPDX-License-Identifier: Apache-2.0
"""What is to be on a display: the newest picture for as long as somebody says that it is of now, else black."""

from __future__ import annotations

import threading
import time
from typing import Final

from phosphene.screens.protocol import Frame

BLACK: Final = None


class Wanted:
    """Hands the newest picture from any thread to the one that shows it. `stale_s` is for how long a picture counts as
    of now after it was last said, None for ever.
    """

    def __init__(self, stale_s: float | None) -> None:
        self._stale_s = stale_s
        self._lock = threading.Condition()
        self._newest: Frame | None = BLACK
        self._said_s = 0.0
        self._taken = True
        self._stopped = False
        self.skipped = 0

    def say(self, frame: Frame | None) -> None:
        """Want a picture, or BLACK; never waits."""
        with self._lock:
            self._said_s = time.monotonic()
            if frame is not self._newest:
                self.skipped += not self._taken
                self._newest = frame
                self._taken = frame is BLACK
            self._lock.notify_all()

    def stop(self) -> None:
        """End whatever waits."""
        with self._lock:
            self._stopped = True
            self._lock.notify_all()

    @property
    def stale(self) -> bool:
        """Whether a picture is there that nobody says is of now."""
        return self._newest is not BLACK and self._is_old()

    def other_than(self, settled: object, timeout_s: float) -> Frame | None:
        """Wait until something else is wanted than `settled`, and return what is wanted then, or in the end."""
        with self._lock:
            until = time.monotonic() + timeout_s
            while not self._stopped and self._now() is settled:
                left_s = until - time.monotonic()
                if left_s <= 0:
                    break
                # A picture grows stale without a word from anybody.
                self._lock.wait(left_s if self._stale_s is None else min(left_s, self._stale_s / 4))
            frame = self._now()
            self._taken = self._taken or frame is self._newest
            return frame

    def pause(self, timeout_s: float) -> None:
        """Wait, whatever is said, but for `stop`."""
        with self._lock:
            self._lock.wait_for(lambda: self._stopped, timeout_s)

    def _now(self) -> Frame | None:
        return BLACK if self._is_old() else self._newest

    def _is_old(self) -> bool:
        return self._stale_s is not None and time.monotonic() - self._said_s > self._stale_s
