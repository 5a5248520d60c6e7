# SPDX-License-Identifier: Apache-2.0
"""What is wrong with one sensor now; each change is told once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from phosphene.sensors.protocol import SensorEvent, Trouble

# What a person reads, and what cures it. The others come with a text of their own.
_TEXTS: Final = {
    Trouble.BLACK: "the pictures are black: uncover the lens, or make light",
    Trouble.FROZEN: "the same picture comes again and again: unplug the camera and plug it in again",
    Trouble.SILENT: "nothing but silence: unmute the microphone, or choose another",
    Trouble.CLIPPED: "too loud, the sound is cut off: turn its gain down, or go further away",
}
# Ended by the first block that comes.
_OF_ABSENCE: Final = frozenset({Trouble.GONE, Trouble.STALLED})
_SEEN: Final = frozenset(_TEXTS)
# Whole pictures in a row after which a torn one is forgotten.
_WHOLE_AGAIN: Final = 10


class Troubles:
    """The set of what is wrong; `tell` gets a SensorEvent for each change, and may be called from any thread."""

    def __init__(self, sensor: str, tell: Callable[[SensorEvent], None] | None = None) -> None:
        self._sensor = sensor
        self._tell = tell
        # Events leave in the order in which things happened.
        self._lock = threading.RLock()
        self._now: set[Trouble] = set()
        self._whole = 0
        self._lost = 0
        self.text = ""

    @property
    def now(self) -> tuple[Trouble, ...]:
        """What is wrong, in the order of Trouble."""
        with self._lock:
            return tuple(trouble for trouble in Trouble if trouble in self._now)

    def set(self, trouble: Trouble, text: str) -> None:
        """Something is wrong; told when it wasn't before."""
        with self._lock:
            if trouble is Trouble.TORN:
                self._whole = 0
            if trouble is Trouble.GONE:
                # What was seen of a sensor says nothing about it any more.
                self._now -= _SEEN | {Trouble.STALLED, Trouble.TORN, Trouble.DROPPED}
            if trouble not in self._now:
                self._now.add(trouble)
                self._say(trouble, text)
            elif trouble is Trouble.GONE:
                self.text = f"{trouble}: {text}"  # still gone, perhaps for another reason

    def came(self, wrong: frozenset[Trouble], *, lost: int, over: bool) -> None:
        """A whole block came: `wrong` is what it shows, `lost` how much was lost before it; `over` says that nothing
        was lost for a while.
        """
        with self._lock:
            self._whole += 1
            self._lost += lost
            passed = self._now & _OF_ABSENCE | self._now & (_SEEN - wrong)
            if self._whole >= _WHOLE_AGAIN:
                passed |= self._now & {Trouble.TORN}
            if over:
                passed |= self._now & {Trouble.DROPPED}
            self._now -= passed
            if passed:
                names = ", ".join(trouble for trouble in Trouble if trouble in passed)
                self._say(Trouble.BACK, f"it delivers again; no longer {names}")
            for trouble in Trouble:
                if trouble in wrong:
                    self.set(trouble, _TEXTS[trouble])
            if lost:
                self.set(Trouble.DROPPED, f"{self._lost} lost on the way: this computer or the cable is too slow")

    def _say(self, trouble: Trouble, text: str) -> None:
        self.text = f"{trouble}: {text}"
        if self._tell is not None:
            self._tell(SensorEvent(time.monotonic(), self._sensor, trouble, text))
