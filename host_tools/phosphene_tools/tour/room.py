# SPDX-License-Identifier: Apache-2.0
"""The room that the visitor is in: a microphone that hears it, and a camera that sees it. Both are sensors like any."""

from __future__ import annotations

import threading
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.senses.senses import Sensors
from phosphene.sensors.blocks import RATE_HZ, Frame, Sound
from phosphene.sensors.pace import Pace
from phosphene.sensors.protocol import CameraFormat, MicrophoneFormat
from phosphene_tools.tour.drawn import HEIGHT, WIDTH, empty_room, visitor_in_room

_BLOCK: Final = RATE_HZ // 50  # 20 ms
_NOISE: Final = 12.0
"""Of the room at night, in steps of 16-bit sound."""
_GRAIN: Final = 2.5
"""Of the camera, in steps of 8-bit pixels."""
_RATE_HZ: Final = 4.0
"""Enough to see who looks, and little work."""


class Room:
    """Somebody in it, or nobody; who speaks is heard at the pace of the world. May be used from any thread."""

    def __init__(self) -> None:
        self.somebody = False
        self._lock = threading.Lock()
        self._said = np.zeros(0, np.int16)

    def say(self, samples: NDArray[np.int16]) -> float:
        """Begin to say int16 [n] at RATE_HZ after what is being said; return how many seconds that takes in all."""
        with self._lock:
            self._said = np.concatenate((self._said, samples))
            return self._said.size / RATE_HZ

    def hush(self) -> None:
        """Say no more."""
        with self._lock:
            self._said = self._said[:0]

    def sensors(self) -> Sensors:
        """Return a camera and a microphone in this room, not yet opened."""
        return Sensors(RoomCamera(self), RoomMicrophone(self))

    def taken(self, count: int) -> NDArray[np.int16]:
        """Return the next samples of what is said, int16 [count], and zeros after it."""
        with self._lock:
            now, self._said = self._said[:count], self._said[count:]
        return np.pad(now, (0, count - now.size))


class RoomMicrophone:
    """Hears what is said in `room`, and faint noise."""

    name = "scripted voice"
    live = False

    def __init__(self, room: Room) -> None:
        self._room = room
        self._pace = Pace(real_time=True)
        self._noise = np.random.default_rng(1).normal(0, _NOISE, 4 * RATE_HZ)
        self._made = 0

    def open(self) -> MicrophoneFormat:
        self._made = 0
        self._pace.start()
        return MicrophoneFormat(RATE_HZ, 1)

    def read(self, timeout_s: float) -> Sound | None:
        # A block is there when its last sample is.
        if not self._pace.wait((self._made + _BLOCK) / RATE_HZ, timeout_s):
            return None
        noise = self._noise[np.arange(self._made, self._made + _BLOCK) % self._noise.size]
        heard = np.rint(self._room.taken(_BLOCK) + noise).astype(np.int16)
        sound = Sound(heard, self._pace.due(self._made / RATE_HZ))
        self._made += _BLOCK
        return sound

    def close(self) -> None:
        self._pace.stop()


class RoomCamera:
    """Sees `room`: the visitor, drawn, while somebody is there."""

    name = "drawn visitor"
    live = False

    def __init__(self, room: Room) -> None:
        self._room = room
        self._pace = Pace(real_time=True)
        self._pictures: dict[bool, NDArray[np.int16]] = {}
        self._grain = np.random.default_rng(2)
        self._number = 0

    def open(self) -> CameraFormat:
        self._pictures = {False: empty_room().astype(np.int16), True: visitor_in_room().astype(np.int16)}
        self._number = 0
        self._pace.start()
        return CameraFormat(WIDTH, HEIGHT, _RATE_HZ)

    def read(self, timeout_s: float) -> Frame | None:
        at_s = self._number / _RATE_HZ
        if not self._pace.wait(at_s, timeout_s):
            return None
        picture = self._pictures[self._room.somebody]
        grain = self._grain.normal(0, _GRAIN, picture.shape[:2])[..., None]
        pixels = np.clip(picture + grain, 0, 255).astype(np.uint8)
        frame = Frame(pixels, self._pace.due(at_s), self._number)
        self._number += 1
        return frame

    def close(self) -> None:
        self._pace.stop()
