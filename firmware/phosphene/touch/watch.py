# SPDX-License-Identifier: Apache-2.0
"""Runs a touch panel: reads it in a thread of its own, and opens it again when it comes back."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Final

from phosphene.errors import PhospheneError
from phosphene.screens.protocol import Contact
from phosphene.sensors.protocol import SensorEvent, Trouble
from phosphene.sensors.troubles import Troubles
from phosphene.touch.protocol import Glass, Phase, Touch, TouchPanel

RETRY_S: Final = 2.0
_READ_S: Final = 0.1


class TouchWatch:
    """Owns a touch panel over a glass. `heard` gets each Touch and `tell` each SensorEvent, from a thread: both must be
    quick and not raise. A finger that comes down beside the picture is ignored until it is lifted; one that leaves it
    is at its edge.
    """

    def __init__(
        self,
        panel: TouchPanel,
        glass: Glass,
        heard: Callable[[Touch], None],
        tell: Callable[[SensorEvent], None] | None = None,
    ) -> None:
        self._panel = panel
        self._glass = glass
        self._heard = heard
        self._troubles = Troubles(panel.name, tell)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{panel.name} touch", daemon=True)
        self._at: tuple[int, int] | None = None
        self._ignored = False

    def start(self) -> None:
        """Begin; what comes of it is told by events."""
        self._thread.start()

    def stop(self, patience_s: float = 1.0) -> bool:
        """Give the panel back. Return False when its driver hangs and was left to itself."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(patience_s)
        return not self._thread.is_alive()

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What is wrong with it now."""
        return self._troubles.now

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._panel.open()
                self._troubles.came(frozenset(), lost=0, over=True)
                while not self._stopping.is_set():
                    for contact in self._panel.read(_READ_S):
                        self._take(contact)
            except PhospheneError as error:
                self._troubles.set(Trouble.GONE, str(error))
            # A driver may raise what it likes; the panel is gone then, not the device that it's part of.
            except Exception as error:
                self._troubles.set(Trouble.GONE, f"the driver failed: {type(error).__name__}: {error}")
            self._lift(time.monotonic())
            with contextlib.suppress(Exception):
                self._panel.close()
            self._stopping.wait(RETRY_S)

    def _take(self, contact: Contact) -> None:
        if not contact.down:
            self._lift(contact.time_s)
        elif self._at is None:
            at = None if self._ignored else self._glass.locate(contact.x, contact.y)
            self._ignored = at is None
            if at is not None:
                self._say(at, Phase.DOWN, contact.time_s)
        else:
            at = self._glass.locate(contact.x, contact.y, clamp=True)
            if at is None:
                # What it was laid on isn't there any more.
                self._lift(contact.time_s)
                self._ignored = True
            elif at != self._at:
                self._say(at, Phase.MOVE, contact.time_s)

    def _lift(self, time_s: float) -> None:
        at, self._at, self._ignored = self._at, None, False
        if at is not None:
            self._heard(Touch(*at, Phase.UP, time_s))

    def _say(self, at: tuple[int, int], phase: Phase, time_s: float) -> None:
        self._at = at
        self._heard(Touch(*at, phase, time_s))
