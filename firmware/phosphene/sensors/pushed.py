# SPDX-License-Identifier: Apache-2.0
"""A camera and a microphone that somebody else holds: the console's browser pushes what the visitor's deliver."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import Frame, Sound
from phosphene.sensors.errors import SensorError, TornPicture
from phosphene.sensors.intake import Intake
from phosphene.sensors.pictures import decode_picture
from phosphene.sensors.protocol import CameraFormat, MicrophoneFormat
from phosphene.sensors.sample_clock import SampleClock

_MOST_JPEG: Final = 8 * 1024 * 1024
_MOST_WAITING_S: Final = 2.0

_Item = TypeVar("_Item")


class _Inbox(Generic[_Item]):
    """A bounded queue between the one who pushes and the one who reads. The oldest gives way."""

    def __init__(self, most: int, absent: str) -> None:
        self._items: deque[_Item] = deque()
        self._most = most
        self._absent = absent
        self._changed = threading.Condition()
        self._attached = False

    def attach(self) -> None:
        with self._changed:
            self._attached = True
            self._changed.notify_all()

    def detach(self) -> None:
        with self._changed:
            self._attached = False
            self._items.clear()
            self._changed.notify_all()

    def put(self, item: _Item) -> _Item | None:
        """Return what had to give way, or None."""
        with self._changed:
            self._attached = True
            pushed_out = self._items.popleft() if len(self._items) >= self._most else None
            self._items.append(item)
            self._changed.notify_all()
            return pushed_out

    def get(self, timeout_s: float) -> _Item | None:
        with self._changed:
            self._changed.wait_for(lambda: self._items or not self._attached, timeout_s)
            self.check()
            return self._items.popleft() if self._items else None

    def check(self) -> None:
        if not self._attached:
            raise SensorError(self._absent, cure="switch it on in the console page")


class PushedCamera:
    """Pictures that are pushed, JPEG or pixels. They are unpacked by the reader, so that pushing costs nothing; at most
    two wait. `detach` says that nobody pushes any more: the sensor is gone until the next push or `attach`.
    """

    live = True

    def __init__(self, name: str = "browser camera", *, rate_hz: float = 15.0) -> None:
        self.name = name
        self._rate_hz = rate_hz
        self._inbox: _Inbox[tuple[bytes | NDArray[np.uint8], float, int]] = _Inbox(2, "nobody sends pictures")
        self._pushed = 0

    def attach(self) -> None:
        """Somebody is about to push."""
        self._inbox.attach()

    def detach(self) -> None:
        """Nobody pushes any more."""
        self._inbox.detach()

    def push(self, picture: bytes | NDArray[np.uint8], time_s: float | None = None) -> None:
        """Take a picture: a JPEG file's bytes, or uint8 [height, width, 3]. `time_s` is when it was taken, on the
        host's monotonic clock; now if left out. Raises SensorError when it can't be a picture.
        """
        if isinstance(picture, bytes):
            if len(picture) > _MOST_JPEG:
                raise SensorError(f"a picture of {len(picture)} bytes is too large", place=self.name)
        elif picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or picture.size == 0:
            raise SensorError(
                f"{picture.dtype} {picture.shape} is no picture", place=self.name, cure="push uint8 [height, width, 3]"
            )
        self._inbox.put((picture, time.monotonic() if time_s is None else time_s, self._pushed))
        self._pushed += 1

    def open(self) -> CameraFormat:
        self._inbox.check()
        return CameraFormat(0, 0, self._rate_hz)

    def read(self, timeout_s: float) -> Frame | None:
        item = self._inbox.get(timeout_s)
        if item is None:
            return None
        picture, time_s, number = item
        if isinstance(picture, bytes):
            try:
                picture = decode_picture(picture, self.name)
            except SensorError as error:
                raise TornPicture(error.message, place=self.name) from error
        return Frame(picture, time_s, number)

    def close(self) -> None:
        """Nothing is held: who pushes may go on, and finds a reader when it's opened again."""


class PushedMicrophone:
    """Sound that is pushed: int16, at any rate. At most two seconds wait. `detach` as with PushedCamera."""

    live = True

    def __init__(self, name: str = "browser microphone", *, rate_hz: int = 48_000, channels: int = 1) -> None:
        self.name = name
        self._format = MicrophoneFormat(rate_hz, channels)
        self._intake = Intake(self._format)
        self._clock = SampleClock(rate_hz)
        self._inbox: _Inbox[tuple[NDArray[np.int16], float]] = _Inbox(round(_MOST_WAITING_S * 50), "nobody sends sound")
        self._lock = threading.Lock()
        self._lost = 0

    def attach(self) -> None:
        """Somebody is about to push."""
        self._inbox.attach()

    def detach(self) -> None:
        """Nobody pushes any more."""
        self._inbox.detach()

    def push(self, pcm: bytes | NDArray[np.int16]) -> None:
        """Take sound: int16, little-endian, channels interleaved, in blocks of about 20 ms. Raises SensorError when
        the bytes don't make whole samples.
        """
        channels = self._format.channels
        if isinstance(pcm, bytes):
            if len(pcm) % (2 * channels):
                raise SensorError(f"{len(pcm)} bytes are no whole samples", place=self.name, cure="push 16-bit samples")
            pcm = np.frombuffer(pcm, "<i2").astype(np.int16, copy=False)
        if pcm.dtype != np.int16 or pcm.size % channels or pcm.size > self._format.rate_hz * channels:
            raise SensorError(
                f"{pcm.dtype} {pcm.shape} is no block of sound", place=self.name, cure="push int16 blocks of 20 ms"
            )
        if pcm.size == 0:
            return
        gave_way = self._inbox.put((pcm.reshape(-1, channels), time.monotonic()))
        if gave_way is not None:
            with self._lock:
                self._lost += gave_way[0].shape[0]

    def open(self) -> MicrophoneFormat:
        self._inbox.check()
        self._intake = Intake(self._format)
        self._clock.restart()
        with self._lock:
            self._lost = 0
        return self._format

    def read(self, timeout_s: float) -> Sound | None:
        item = self._inbox.get(timeout_s)
        if item is None:
            return None
        samples, arrived_s = item
        with self._lock:
            lost, self._lost = self._lost, 0
        if lost:
            self._clock.restart()
        start_s, gap = self._clock.stamp(samples.shape[0], arrived_s)
        return self._intake.take(samples, start_s, lost or gap)

    def close(self) -> None:
        """Nothing is held: who pushes may go on, and finds a reader when it's opened again."""
