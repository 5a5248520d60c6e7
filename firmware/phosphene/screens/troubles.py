# SPDX-License-Identifier: Apache-2.0
"""What is wrong with one display now; each change is told once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from phosphene.screens.protocol import ScreenEvent, Trouble


class Troubles:
    """The set of what is wrong; `tell` gets a ScreenEvent for each change, and may be called from any thread."""

    def __init__(self, screen: str, tell: Callable[[ScreenEvent], None] | None = None) -> None:
        self._screen = screen
        self._tell = tell
        # Events leave in the order in which things happened.
        self._lock = threading.RLock()
        self._now: set[Trouble] = set()
        self.text = ""

    @property
    def now(self) -> tuple[Trouble, ...]:
        """What is wrong, in the order of Trouble."""
        with self._lock:
            return tuple(trouble for trouble in Trouble if trouble in self._now)

    def set(self, trouble: Trouble, text: str) -> None:
        """Something is wrong; told when it wasn't before."""
        with self._lock:
            if trouble in self._now:
                self.text = f"{trouble}: {text}"  # still so, perhaps for another reason
            else:
                self._now.add(trouble)
                self._say(trouble, text)

    def over(self, *troubles: Trouble) -> None:
        """These have passed; told when one of them was there."""
        with self._lock:
            passed = self._now & set(troubles)
            self._now -= passed
            if passed:
                names = ", ".join(trouble for trouble in Trouble if trouble in passed)
                self._say(Trouble.BACK, f"it shows again; no longer {names}")

    def _say(self, trouble: Trouble, text: str) -> None:
        self.text = f"{trouble}: {text}"
        if self._tell is not None:
            self._tell(ScreenEvent(time.monotonic(), self._screen, trouble, text))
