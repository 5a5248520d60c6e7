# SPDX-License-Identifier: Apache-2.0
"""What a page tells the console on `/senses`: JSON that says what it wants, pictures and sound as bytes.

docs/console.md has it in prose. All numbers are little-endian.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from struct import error as StructError
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

LARGEST_PICTURE: Final = 400_000
"""Bytes of a picture from the page: 640×480 as JPEG of quality 0.9 takes a quarter of it."""
LONGEST_SOUND_S: Final = 0.5
RATES_HZ: Final = (8_000, 96_000)
# Magic, the picture's number, and when it was taken in milliseconds of the page's clock; then the JPEG.
_PICTURE: Final = Struct("<4sId")
# Magic, samples per second, and the number of the first sample, counted from the microphone's start; then the samples.
_SOUND: Final = Struct("<4sId")
_PICTURE_MAGIC: Final = b"PHV1"
_SOUND_MAGIC: Final = b"PHA1"
# Beyond this a float has no milliseconds left; also keeps infinity and what is no number out.
_NO_TIME: Final = 2.0**50


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TrackFormat(_Message):
    """What a page's camera delivers."""

    width: int = Field(ge=16, le=1920)
    height: int = Field(ge=16, le=1920)
    rate_hz: float = Field(gt=0, le=240)


class Take(_Message):
    """This page wants its camera, its microphone or both to be the device's. `over` takes them from another page."""

    type: Literal["take"]
    camera: TrackFormat | None = None
    rate_hz: int | None = Field(default=None, ge=RATES_HZ[0], le=RATES_HZ[1])
    name: str = Field(default="", max_length=80)
    over: bool = False


class GiveBack(_Message):
    """This page's camera and microphone are off."""

    type: Literal["give_back"]


class Follow(_Message):
    """Whether the screen takes a setting from what is sensed."""

    type: Literal["follow"]
    setting: Literal["distance_cm", "light"]
    on: bool


class Drawn(_Message):
    """The device's picture `number` is on the page."""

    type: Literal["drawn"]
    number: int


class Mute(_Message):
    """Camera and microphone shall be closed, whoever's they are; or that is undone."""

    type: Literal["mute"]
    on: bool


FromPage = Take | GiveBack | Follow | Drawn | Mute
_FROM_PAGE: TypeAdapter[FromPage] = TypeAdapter(Annotated[FromPage, Field(discriminator="type")])


def read(text: str) -> FromPage:
    """Return the message that `text` is. Raises pydantic's ValidationError."""
    return _FROM_PAGE.validate_json(text)


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A picture as it came: still packed, its time on the page's clock in seconds."""

    number: int
    theirs_s: float
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class PageSound:
    """A block of sound as it came: `samples` is int16 [n] at `rate_hz`; `first` is the number of the first of them."""

    rate_hz: int
    first: int
    samples: NDArray[np.int16]


def read_bytes(data: bytes) -> PagePicture | PageSound:
    """Return the picture or the block of sound that `data` is. Raises ValueError, which says what is wrong."""
    try:
        if data[:4] == _PICTURE_MAGIC:
            _, number, theirs_ms = _PICTURE.unpack_from(data)
            if not abs(theirs_ms) < _NO_TIME:
                raise ValueError("a picture whose time is none")
            if len(data) > LARGEST_PICTURE:
                raise ValueError(f"a picture of {len(data)} bytes; {LARGEST_PICTURE} is the most")
            return PagePicture(number, theirs_ms / 1000, data[_PICTURE.size :])
        if data[:4] == _SOUND_MAGIC:
            _, rate_hz, first = _SOUND.unpack_from(data)
            size = len(data) - _SOUND.size
            if not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
                raise ValueError(f"sound of {rate_hz} samples per second")
            if not 0 <= first < _NO_TIME:
                raise ValueError("a block of sound whose place is none")
            if size % 2 or not 0 < size <= 2 * LONGEST_SOUND_S * rate_hz:
                raise ValueError(f"a block of sound of {size} bytes")
            samples = np.frombuffer(data, "<i2", offset=_SOUND.size)
            return PageSound(rate_hz, int(first), samples)
    except StructError:
        raise ValueError(f"a message of {len(data)} bytes, too short for its head") from None
    raise ValueError("bytes that are neither a picture nor sound")
