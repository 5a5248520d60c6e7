# SPDX-License-Identifier: Apache-2.0
"""The last events of an accelerator, kept for whoever asks and told to who listens."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from phosphene.accelerators.errors import AcceleratorError, Stalled, StalledBeside, WorkerLost
from phosphene.accelerators.health import Event, What
from phosphene.errors import PhospheneError

_KEPT = 100


class Journal:
    """Keeps events. `note` may be called under a lock, `tell`, which calls the listener, under none of the caller's."""

    def __init__(self, accelerator: str, listener: Callable[[Event], None] | None) -> None:
        self._accelerator, self._listener = accelerator, listener
        self._events: deque[Event] = deque(maxlen=_KEPT)
        self._untold: deque[Event] = deque()
        self._telling = threading.RLock()

    @property
    def events(self) -> tuple[Event, ...]:
        """The last events, the oldest first."""
        return tuple(self._events.copy())

    def note(self, what: What, graph: str, runs_on: str, error: PhospheneError) -> None:
        """Keep that `what` happened, for the reason and with the cure of `error`."""
        why = f"{error.message} ({error.place})" if error.place else error.message
        event = Event(time.time(), what, self._accelerator, graph, runs_on, why, error.cure)
        self._events.append(event)
        self._untold.append(event)

    def tell(self) -> None:
        """Call the listener with each event that it has not heard of; it may ask for the status and take its time.

        It hears of each once and in their order, whichever threads they happened in.
        """
        with self._telling:
            while self._untold:
                event = self._untold.popleft()
                if self._listener is not None:
                    self._listener(event)


def what_of(error: AcceleratorError) -> What:
    """Return what a run's error says that happened."""
    if isinstance(error, (Stalled, StalledBeside)):
        return "stalled"
    return "ended" if isinstance(error, WorkerLost) else "failed"
