# SPDX-License-Identifier: Apache-2.0
"""What every sensor does: open, deliver blocks, say what is wrong, close."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias, TypeVar

from phosphene.sensors.blocks import Frame, Sound

Block_co = TypeVar("Block_co", covariant=True)


@dataclass(frozen=True, slots=True)
class CameraFormat:
    """What a camera delivers: width and height in pixels, pictures per second. Width and height are 0 where each
    picture may be of another size: what a browser sends, or a folder of pictures.
    """

    width: int
    height: int
    rate_hz: float


@dataclass(frozen=True, slots=True)
class MicrophoneFormat:
    """What a microphone records before it is brought to RATE_HZ mono: samples per second, channels."""

    rate_hz: int
    channels: int


class Source(Protocol[Block_co]):
    """A driver of one sensor. It blocks, so it runs in a thread of its own; `close` may come from another thread, and
    then ends a `read` soon. After `close` it may be opened again.
    """

    @property
    def name(self) -> str:
        """What a person would recognise it by, such as ``/dev/video0`` or ``talk.wav``."""
        ...

    @property
    def live(self) -> bool:
        """Whether it senses the world now. In a file or a test signal, a picture that stands still is no fault."""
        ...

    def open(self) -> CameraFormat | MicrophoneFormat:
        """Take the device. Raises SensorError when it isn't there, is busy, or doesn't offer what was asked for."""
        ...

    def read(self, timeout_s: float) -> Block_co | None:
        """Return the next block, or None when none came in time. Raises TornPicture when a picture came but is damaged
        (the next may be whole), SensorError when the device is gone, EOFError at the end of a file.
        """
        ...

    def close(self) -> None:
        """Give the device back. May be called more than once."""
        ...


Camera: TypeAlias = Source[Frame]
Microphone: TypeAlias = Source[Sound]


class Trouble(StrEnum):
    """What can be wrong with a sensor while it runs, or no longer."""

    GONE = "gone"  # unplugged, or the driver failed
    BACK = "back"  # it delivers again, or what was wrong has passed
    STALLED = "stalled"  # open, but nothing comes
    ENDED = "ended"  # the end of a file
    BLACK = "black"  # pictures without light: a covered lens
    TORN = "torn"  # pictures of the wrong size, or cut off
    FROZEN = "frozen"  # the same picture, bit for bit, again and again
    SILENT = "silent"  # nothing but zeros: a muted or deaf microphone
    CLIPPED = "clipped"  # samples at full scale
    DROPPED = "dropped"  # blocks were lost on the way


@dataclass(frozen=True, slots=True)
class SensorEvent:
    """That something about a sensor changed: `text` is one line for a person, with the cure where there is one."""

    time_s: float
    sensor: str
    trouble: Trouble
    text: str
