# SPDX-License-Identifier: Apache-2.0
"""What the senses tell: what was made of a picture or of a block of sound, and what became of a sensor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.percepts import Heard, Seen
from phosphene.sensors.blocks import Frame, Sound
from phosphene.sensors.protocol import CameraFormat, MicrophoneFormat, SensorEvent


class Sees(Protocol):
    """Perceives pictures; used by one thread only, in the order in which they were taken."""

    def look(self, frame: Frame) -> Seen:
        """Return what the picture says."""
        ...


class Hears(Protocol):
    """Perceives sound; used by one thread only, in the order in which it was recorded."""

    def hear(self, sound: Sound) -> tuple[Heard, ...]:
        """Return what each hop that is complete now says."""
        ...

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The words that it knows."""
        ...

    def expect(self, words: Iterable[str] | None = None) -> None:
        """From the next utterance on, take anything but `words`, which it knows, for talk; None expects any."""
        ...

    def overhear(self, calls: Iterable[str]) -> None:
        """Until `expect` is called: nobody is known to speak to the device, and only one of `calls` counts."""
        ...


@dataclass(frozen=True, slots=True)
class Overheard:
    """Nobody is known to speak to the device: what is said counts only where it is one of these calls."""

    calls: tuple[str, ...]


Expectation: TypeAlias = frozenset[str] | Overheard | None
"""What may be said next: these words, or any; or nothing but a call."""


class Sense(StrEnum):
    """Which of the two."""

    SEEING = "seeing"
    HEARING = "hearing"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was made of one picture. `seen` is None where the device can't see; `took_ms` is perception alone."""

    frame: Frame
    seen: Seen | None
    took_ms: float


@dataclass(frozen=True, slots=True)
class Listened:
    """What was made of one block of sound.

    `columns` is uint8 [n, BANDS], the spectrum of the steps that are complete now, from the lowest band on; the first
    begins at `columns_s`. `level_db` is the block's loudness in dB of full scale, -96 … 0. `heard` is None where the
    device can't hear words, and empty while no hop is complete.
    """

    heard: tuple[Heard, ...] | None
    columns: NDArray[np.uint8]
    columns_s: float
    level_db: float
    took_ms: float


@dataclass(frozen=True, slots=True)
class Opened:
    """A sensor delivers now, in this format."""

    sense: Sense
    name: str
    format: CameraFormat | MicrophoneFormat


@dataclass(frozen=True, slots=True)
class Ready:
    """Whether the device can make something of what a sensor delivers: `why_not` is empty if it can."""

    sense: Sense
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """A sense is used no more."""

    sense: Sense


Perceived: TypeAlias = Looked | Listened | SensorEvent | Opened | Ready | Ended
Tell: TypeAlias = Callable[[Perceived], None]
"""Takes what was perceived, in the thread of whoever calls it; it doesn't block."""
