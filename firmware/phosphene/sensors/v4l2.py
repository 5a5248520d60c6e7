# SPDX-License-Identifier: Apache-2.0
"""A camera that Linux shows as /dev/video…, through OpenCV."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any, Final

from phosphene.sensors import opencv
from phosphene.sensors.blocks import Frame
from phosphene.sensors.errors import SensorError, TornPicture
from phosphene.sensors.numbering import Numbering
from phosphene.sensors.protocol import CameraFormat
from phosphene.sensors.v4l2_devices import captures

# In a row, of a device that is still there.
_MOST_FAILURES: Final = 10
# The driver's stamps are taken when they are this near to now; else they count by another clock.
_NEAR_S: Final = 2.0
_DEFAULT_RATE: Final = 30.0


class V4l2Camera:
    """A webcam, or a board's camera behind V4L2. `device` is a path or a number; the camera may choose the nearest
    size and rate that it has, and `open` says which.
    """

    live = True

    def __init__(self, device: str | int, width: int = 640, height: int = 480, *, rate_hz: float = 30.0) -> None:
        self.name = f"/dev/video{device}" if isinstance(device, int) else device
        self._wanted = CameraFormat(width, height, rate_hz)
        # OpenCV crashes when a capture is released under a read: who holds the lock may touch it.
        self._lock = threading.Lock()
        self._closing = False
        self._cv2: Any = None
        self._capture: Any = None
        self._numbering = Numbering()
        self._failures = 0

    def open(self) -> CameraFormat:
        self._cv2 = cv2 = opencv.load(self.name)
        self._check_device()
        with self._lock:
            self._release()
            # As a number where it is one: OpenCV follows links only then.
            path = os.path.realpath(self.name)
            digits = path.removeprefix("/dev/video")
            capture = cv2.VideoCapture(int(digits) if digits.isdigit() else path, cv2.CAP_V4L2)
            if not capture.isOpened():
                capture.release()
                raise SensorError(
                    "the camera can't be opened, perhaps since another program uses it",
                    place=self.name,
                    cure=f"close that program; `fuser {self.name}` names it",
                )
            self._capture = capture
            self._closing = False
            # Compressed: uncompressed pictures of this size don't fit through USB 2 at full rate.
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._wanted.width)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._wanted.height)
            capture.set(cv2.CAP_PROP_FPS, self._wanted.rate_hz)
            rate = capture.get(cv2.CAP_PROP_FPS)
            width = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
            height = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        self._numbering = Numbering()
        self._failures = 0
        return CameraFormat(width, height, rate if 0.1 <= rate <= 1000 else _DEFAULT_RATE)

    def read(self, timeout_s: float) -> Frame | None:
        # OpenCV waits by a limit of its own: 10 s.
        with self._lock:
            if self._capture is None:
                raise SensorError("the camera is not open", place=self.name)
            there, picture = self._capture.read()
            taken_s = self._taken_s()
            if self._closing:
                self._release()
                return None
        if not there or picture is None:
            return self._nothing()
        self._failures = 0
        return Frame(opencv.pixels(self._cv2, picture), taken_s, self._numbering.number(taken_s))

    def close(self) -> None:
        self._closing = True
        # A read that is under way releases the capture when it ends.
        if self._lock.acquire(blocking=False):
            try:
                self._release()
            finally:
                self._lock.release()

    def _nothing(self) -> None:
        """Tell why no picture came: gone, broken, or a damaged one."""
        self._failures += 1
        if not Path(self.name).exists():
            raise SensorError("the camera was unplugged", place=self.name, cure="plug it in again")
        if self._failures >= _MOST_FAILURES:
            raise SensorError(
                f"{self._failures} times in a row, no picture came",
                place=self.name,
                cure="unplug the camera and plug it in again",
            )
        raise TornPicture("a picture came damaged or not at all", place=self.name)

    def _taken_s(self) -> float:
        now = time.monotonic()
        stamp = self._capture.get(self._cv2.CAP_PROP_POS_MSEC) / 1000
        return stamp if 0 <= now - stamp < _NEAR_S else now

    def _release(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _check_device(self) -> None:
        path = Path(self.name)
        if not path.exists():
            there = ", ".join(device.path for device in captures()) or "none"
            raise SensorError(
                "there is no such camera", place=self.name, cure=f"plug it in; cameras that are there: {there}"
            )
        if not os.access(path, os.R_OK | os.W_OK):
            raise SensorError(
                "you may not use this camera",
                place=self.name,
                cure="sudo usermod -aG video $USER, then log in again",
            )
