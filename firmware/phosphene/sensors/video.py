# SPDX-License-Identifier: Apache-2.0
"""A video file, or a network camera's stream, through OpenCV."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any, Final

from phosphene.sensors import opencv
from phosphene.sensors.blocks import Frame
from phosphene.sensors.errors import SensorError
from phosphene.sensors.pace import Pace
from phosphene.sensors.protocol import CameraFormat

ENDINGS: Final = (".mp4", ".avi", ".mkv", ".webm", ".mov", ".mjpeg", ".mjpg", ".m4v", ".mpg")
"""Endings of the file names that are taken for videos."""

_DEFAULT_RATE: Final = 25.0
# Containers announce a count that may be a few off; what is further off was cut.
_WHOLE: Final = 0.95


class VideoFile:
    """A video's pictures at its own pace or, without `real_time`, as fast as they are read."""

    live = False

    def __init__(self, path: Path, *, loop: bool = False, real_time: bool = True) -> None:
        self.name = path.name
        self._path = path
        self._loop = loop
        self._pace = Pace(real_time=real_time)
        self._lock = threading.Lock()
        self._cv2: Any = None
        self._capture: Any = None
        self._rate_hz = _DEFAULT_RATE
        self._announced = 0
        self._number = 0
        self._in_pass = 0

    def open(self) -> CameraFormat:
        self.close()
        if not self._path.is_file():
            raise SensorError("there is no such video", place=str(self._path), cure="look at the name")
        self._cv2 = opencv.load(str(self._path))
        capture = self._cv2.VideoCapture(str(self._path))
        if not capture.isOpened():
            capture.release()
            raise SensorError(
                "this is no video that can be read", place=str(self._path), cure="convert it to .mp4 with H.264"
            )
        rate = capture.get(self._cv2.CAP_PROP_FPS)
        self._rate_hz = rate if 0.1 <= rate <= 1000 else _DEFAULT_RATE
        self._announced = max(0, int(capture.get(self._cv2.CAP_PROP_FRAME_COUNT)))
        width = int(capture.get(self._cv2.CAP_PROP_FRAME_WIDTH))
        height = int(capture.get(self._cv2.CAP_PROP_FRAME_HEIGHT))
        with self._lock:
            self._capture = capture
        self._number = self._in_pass = 0
        self._pace.start()
        return CameraFormat(width, height, self._rate_hz)

    def read(self, timeout_s: float) -> Frame | None:
        at_s = self._number / self._rate_hz
        if not self._pace.wait(at_s, timeout_s):
            return None
        with self._lock:
            if self._capture is None:
                raise SensorError("the video is not open", place=self.name)
            there, picture = self._capture.read()
            if not there:
                self._check_whole()
                if not self._loop or not self._in_pass:
                    raise EOFError
                self._capture.release()
                self._capture = self._cv2.VideoCapture(str(self._path))
                self._in_pass = 0
                there, picture = self._capture.read()
                if not there:
                    raise SensorError("the video can't be read again", place=str(self._path))
        frame = Frame(opencv.pixels(self._cv2, picture), self._pace.due(at_s), self._number)
        self._number += 1
        self._in_pass += 1
        return frame

    def close(self) -> None:
        self._pace.stop()
        with self._lock:
            if self._capture is not None:
                self._capture.release()
                self._capture = None

    def _check_whole(self) -> None:
        if self._in_pass < self._announced * _WHOLE:
            raise SensorError(
                f"the video is damaged or cut off: {self._in_pass} of {self._announced} pictures could be read",
                place=str(self._path),
                cure="copy or record it again",
            )


class VideoStream:
    """A camera on the network: any address that FFmpeg opens, such as ``rtsp://…`` or ``http://….mjpg``."""

    live = True

    def __init__(self, address: str, *, patience_s: float = 5.0) -> None:
        # A password in the address isn't for the console.
        scheme, _, rest = address.partition("://")
        self.name = f"{scheme}://{rest.rpartition('@')[2]}"
        self._address = address
        self._patience_ms = round(patience_s * 1000)
        self._lock = threading.Lock()
        self._cv2: Any = None
        self._capture: Any = None
        self._number = 0

    def open(self) -> CameraFormat:
        self.close()
        self._cv2 = cv2 = opencv.load(self.name)
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, self._patience_ms, cv2.CAP_PROP_READ_TIMEOUT_MSEC, self._patience_ms]
        capture = cv2.VideoCapture(self._address, cv2.CAP_FFMPEG, limits)
        if not capture.isOpened():
            capture.release()
            raise SensorError(
                "no stream comes from there", place=self.name, cure="try the address in a player such as ffplay"
            )
        with self._lock:
            self._capture = capture
        rate = capture.get(cv2.CAP_PROP_FPS)
        return CameraFormat(
            int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
            rate if 0.1 <= rate <= 240 else _DEFAULT_RATE,
        )

    def read(self, timeout_s: float) -> Frame | None:
        # FFmpeg waits by the limit that it got when it was opened.
        with self._lock:
            if self._capture is None:
                raise SensorError("the stream is not open", place=self.name)
            there, picture = self._capture.read()
            if not there:
                raise SensorError("the stream broke off", place=self.name, cure="look at the camera and the network")
        frame = Frame(opencv.pixels(self._cv2, picture), time.monotonic(), self._number)
        self._number += 1
        return frame

    def close(self) -> None:
        # A read that is under way ends by its own limit; releasing beneath it would crash.
        with self._lock:
            if self._capture is not None:
                self._capture.release()
                self._capture = None
