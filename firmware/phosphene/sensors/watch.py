# SPDX-License-Identifier: Apache-2.0
"""Runs a sensor: reads it in a thread of its own, tells what goes wrong, and opens it again when it comes back."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from phosphene.errors import PhospheneError
from phosphene.sensors.blocks import Frame, Sound
from phosphene.sensors.errors import SensorError, TornPicture
from phosphene.sensors.protocol import CameraFormat, MicrophoneFormat, SensorEvent, Source, Trouble
from phosphene.sensors.status import SensorStatus
from phosphene.sensors.tally import Tally
from phosphene.sensors.troubles import Troubles

Block = TypeVar("Block", Frame, Sound)

_READ_S: Final = 0.2
_LOOK_S: Final = 0.1
_STALLED_S: Final = 1.5
# Nothing for so long: open it again, if its driver can be woken.
_GIVEN_UP_S: Final = 6.0
FIRST_BACKOFF_S: Final = 0.25
LONGEST_BACKOFF_S: Final = 2.0


class Watch(ABC, Generic[Block]):
    """Owns a source. Use CameraWatch or MicrophoneWatch.

    One thread opens and reads, another looks whether anything comes, so that a driver that hangs is seen, too. Events
    go to `tell` as they happen, from these threads: it must be quick and not raise. A file that can't be opened is not
    tried again; a live sensor is, soon at first, then every two seconds.
    """

    def __init__(self, source: Source[Block], tell: Callable[[SensorEvent], None] | None = None) -> None:
        self._source = source
        self._lock = threading.Condition()
        self._troubles = Troubles(source.name, tell)
        self._stopping = threading.Event()
        self._try_now = threading.Event()
        self._format: CameraFormat | MicrophoneFormat | None = None
        self._threads: list[threading.Thread] = []
        self._tally = Tally()
        self._ended = False
        self._woken = False

    def start(self) -> None:
        """Begin; what comes of it is told by events and `status`."""
        if self._threads:
            raise RuntimeError("a watch is started once")
        for work in (self._read_on, self._look_after):
            thread = threading.Thread(target=work, name=f"{self._source.name} {work.__name__}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, patience_s: float = 3.0) -> bool:
        """Close the sensor and end the threads. Return False when the driver hangs and was left to itself: it ends
        with the process.
        """
        self._stopping.set()
        self._try_now.set()
        closer = threading.Thread(target=self._source.close, name=f"{self._source.name} close", daemon=True)
        closer.start()
        self._threads.append(closer)
        until = time.monotonic() + patience_s
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        with self._lock:
            self._lock.notify_all()
        return not self.holds

    @property
    def holds(self) -> bool:
        """Whether the sensor may be open: threads are there that have not ended, a driver's that hangs among them."""
        return any(thread.is_alive() for thread in self._threads)

    def retry_now(self) -> None:
        """Open a sensor that is gone at once, rather than when its turn comes."""
        self._try_now.set()

    @property
    def ended(self) -> bool:
        """Whether nothing more will come: the end of a file, a file that can't be read, or `stop`."""
        return self._ended or self._stopping.is_set()

    def status(self) -> SensorStatus:
        """Return how the sensor does now."""
        # Before the lock: who is told of an event may ask for the status at once.
        troubles, text = self._troubles.now, self._troubles.text
        with self._lock:
            return SensorStatus(
                name=self._source.name,
                format=self._format,
                rate_hz=self._tally.rate_hz(_STALLED_S),
                blocks=self._tally.blocks,
                dropped=self._tally.dropped,
                troubles=troubles,
                text=text,
                age_s=self._tally.age_s,
                level=self._tally.level,
            )

    @abstractmethod
    def _inspect(self, block: Block) -> tuple[frozenset[Trouble], float]:
        """Look at a block: what is wrong, and its level. Raises TornPicture."""

    @abstractmethod
    def _keep(self, block: Block) -> int:
        """Keep a block for whoever wants it, under the lock. Return how much of it or of others was lost since."""

    @abstractmethod
    def _opened(self, form: CameraFormat | MicrophoneFormat) -> None:
        """Prepare for a sensor that was opened anew."""

    @abstractmethod
    def _size(self, block: Block) -> int:
        """Return what the rate counts: pictures, or samples."""

    def _read_on(self) -> None:
        backoff_s = FIRST_BACKOFF_S
        while not self._stopping.is_set():
            try:
                self._open()
                while not self._stopping.is_set():
                    self._read()
                    if self._tally.delivers:
                        backoff_s = FIRST_BACKOFF_S
            except EOFError:
                self._ended = True
                self._troubles.set(Trouble.ENDED, "the end of the file")
            except PhospheneError as error:
                if self._woken:
                    self._troubles.set(Trouble.GONE, "nothing came for long; it is opened again")
                elif not self._stopping.is_set():
                    self._troubles.set(Trouble.GONE, str(error))
            # A driver may raise what it likes; the sensor is gone then, not the device that it's part of.
            except Exception as error:
                if not self._stopping.is_set():
                    self._troubles.set(Trouble.GONE, f"the driver failed: {type(error).__name__}: {error}")
            self._close()
            if self._ended or not self._source.live:
                self._ended = True
                break
            self._try_now.wait(backoff_s)
            self._try_now.clear()
            backoff_s = min(2 * backoff_s, LONGEST_BACKOFF_S)
        with self._lock:
            self._lock.notify_all()

    def _open(self) -> None:
        form = self._source.open()
        with self._lock:
            self._format = form
            self._woken = False
            self._tally.opened()
            self._opened(form)

    def _close(self) -> None:
        with self._lock:
            self._format = None
        try:
            self._source.close()
        except (PhospheneError, OSError) as error:
            self._troubles.set(Trouble.GONE, f"closing failed: {error}")

    def _read(self) -> None:
        try:
            block = self._source.read(_READ_S)
            if block is None:
                return
            wrong, level = self._inspect(block)
        except TornPicture as error:
            with self._lock:
                self._tally.torn()
            self._troubles.set(Trouble.TORN, str(error))
            return
        with self._lock:
            lost = self._tally.came(self._size(block), self._keep(block), level)
            self._lock.notify_all()
        self._troubles.came(wrong, lost=lost, over=self._tally.drops_over)

    def _look_after(self) -> None:
        """Tell when nothing comes, and wake a driver that hangs by closing it."""
        while not self._stopping.wait(_LOOK_S) and not self._ended:
            with self._lock:
                is_open = self._format is not None
                quiet_s = self._tally.quiet_s
            if not is_open or quiet_s < _STALLED_S:
                continue
            self._troubles.set(Trouble.STALLED, "open, but nothing comes: see its cable, or what else uses it")
            if quiet_s > _GIVEN_UP_S and not self._woken:
                self._woken = True
                self._wake()

    def _wake(self) -> None:
        try:
            self._source.close()
        except (SensorError, OSError) as error:
            self._troubles.set(Trouble.GONE, f"closing failed: {error}")
