# SPDX-License-Identifier: Apache-2.0
"""One sense at work: a thread that takes what a sensor delivers, perceives it, and tells what it made of it.

The runtime lets go of the interpreter's lock while a graph runs, so painting and the line go on meanwhile.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

from phosphene.errors import PhospheneError
from phosphene.perception.percepts import Heard, Seen
from phosphene.senses.perceived import (
    Expectation,
    Hears,
    Listened,
    Looked,
    Opened,
    Overheard,
    Perceived,
    Ready,
    Sees,
    Sense,
)
from phosphene.senses.spectrum import Spectrum, level_db
from phosphene.sensors.blocks import Frame, Sound
from phosphene.sensors.camera_watch import CameraWatch
from phosphene.sensors.microphone_watch import MicrophoneWatch
from phosphene.sensors.protocol import Camera, Microphone
from phosphene.sensors.status import SensorStatus
from phosphene.sensors.watch import Watch

_WAIT_S: Final = 0.2
_AGAIN_S: Final = 2.0
"""How long after a failure of what perceives it is loaded again."""
_BEGIN_S: Final = 3.0
"""How long a sensor may take to deliver at first."""

Block = TypeVar("Block", Frame, Sound)
Mind = TypeVar("Mind", Sees, Hears)
Percept = TypeVar("Percept", Seen, tuple[Heard, ...])


@dataclass(frozen=True, slots=True)
class Fault:
    """A thread of ours failed by a fault of ours."""

    error: Exception


Report: TypeAlias = Callable[[Perceived | Fault], None]


class Attending(ABC, Generic[Block, Mind, Percept]):
    """A watched sensor and what perceives it. `load` is called in the thread, and may raise PhospheneError: then the
    sensor's blocks are told without percepts, and why.
    """

    def __init__(self, sense: Sense, watch: Watch[Block], load: Callable[[], Mind], tell: Report) -> None:
        self.sense = sense
        self._watch = watch
        self._load = load
        self._tell = tell
        self._mind: Mind | None = None
        self._load_at = 0.0
        self._opened = False
        self._over = threading.Event()
        self._started_s = 0.0
        self._thread = threading.Thread(target=self._run, name=f"{sense}", daemon=True)

    def start(self) -> None:
        """Begin; may be called once."""
        self._started_s = time.monotonic()
        self._watch.start()
        self._thread.start()

    def stop(self) -> None:
        """Close the sensor and wait for the thread: a picture's perception at the most, if the driver lets go."""
        self._over.set()
        self._watch.stop()
        self._thread.join(5)

    def status(self) -> SensorStatus:
        """Return how the sensor does."""
        return self._watch.status()

    @property
    def begun(self) -> bool:
        """Whether it has delivered, or had the time to."""
        return time.monotonic() - self._started_s > _BEGIN_S or self._watch.status().blocks > 0

    @property
    def holds(self) -> bool:
        """Whether the sensor may be open still, although it was stopped: its driver hangs."""
        return self._watch.holds

    @abstractmethod
    def _next(self) -> Block | None:
        """Wait a little for the next block."""

    @abstractmethod
    def _perceive(self, mind: Mind, block: Block) -> Percept:
        """Perceive a block. Raises PhospheneError."""

    @abstractmethod
    def _told(self, block: Block, percept: Percept | None, took_ms: float) -> Perceived:
        """Return what there is to tell of a block; without a percept where nothing perceives."""

    def _run(self) -> None:
        try:
            while not self._over.is_set():
                self._load_when_due()
                block = self._next()
                if block is None:
                    self._over.wait(_WAIT_S if self._watch.ended else 0)
                    continue
                self._tell_format()
                self._tell(self._perceived(block))
        except Exception as error:
            self._tell(Fault(error))

    def _perceived(self, block: Block) -> Perceived:
        percept: Percept | None = None
        began = time.perf_counter()
        if self._mind is not None:
            try:
                percept = self._perceive(self._mind, block)
            except PhospheneError as error:
                self._mind, self._load_at = None, time.monotonic() + _AGAIN_S
                self._tell(Ready(self.sense, str(error)))
        return self._told(block, percept, 1000 * (time.perf_counter() - began))

    def _load_when_due(self) -> None:
        if self._mind is not None or time.monotonic() < self._load_at:
            return
        try:
            self._mind = self._load()
            self._tell(Ready(self.sense))
        except PhospheneError as error:
            self._load_at = time.monotonic() + _AGAIN_S
            self._tell(Ready(self.sense, str(error)))

    def _tell_format(self) -> None:
        if self._opened:
            return
        status = self._watch.status()
        if status.format is not None:
            self._opened = True
            self._tell(Opened(self.sense, status.name, status.format))


class Eye(Attending[Frame, Sees, Seen]):
    """Looks at the newest picture: what came while it looked at another is passed over."""

    def __init__(self, camera: Camera, load: Callable[[], Sees], tell: Report) -> None:
        self._camera = CameraWatch(camera, tell)
        super().__init__(Sense.SEEING, self._camera, load, tell)
        self._last = -1

    def _next(self) -> Frame | None:
        frame = self._camera.newest(self._last, _WAIT_S)
        if frame is not None:
            self._last = frame.number
        return frame

    def _perceive(self, mind: Sees, block: Frame) -> Seen:
        return mind.look(block)

    def _told(self, block: Frame, percept: Seen | None, took_ms: float) -> Looked:
        return Looked(block, percept, took_ms)


class Ear(Attending[Sound, Hears, tuple[Heard, ...]]):
    """Listens to every block."""

    def __init__(self, microphone: Microphone, load: Callable[[], Hears], tell: Report) -> None:
        self._microphone = MicrophoneWatch(microphone, tell)
        super().__init__(Sense.HEARING, self._microphone, load, tell)
        self._spectrum = Spectrum()
        self.expected: Expectation = None
        """What may be said next; from any thread."""
        self._asked: tuple[Hears | None, Expectation] = (None, None)

    def _next(self) -> Sound | None:
        return self._microphone.next(_WAIT_S)

    def _perceive(self, mind: Hears, block: Sound) -> tuple[Heard, ...]:
        expected = self.expected
        if expected is not (self._asked[1] if self._asked[0] is mind else None):
            if isinstance(expected, Overheard):
                mind.overhear(expected.calls)
            else:
                mind.expect(None if expected is None else sorted(expected & set(mind.vocabulary)))
        self._asked = (mind, expected)
        return mind.hear(block)

    def _told(self, block: Sound, percept: tuple[Heard, ...] | None, took_ms: float) -> Listened:
        columns, columns_s = self._spectrum.columns(block)
        return Listened(percept, columns, columns_s, level_db(block), took_ms)
