# SPDX-License-Identifier: Apache-2.0
"""A picture in place of a camera, or a folder of them, one after the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import Frame
from phosphene.sensors.errors import SensorError
from phosphene.sensors.pace import Pace
from phosphene.sensors.pictures import ENDINGS, read_picture
from phosphene.sensors.protocol import CameraFormat


class StillPicture:
    """The same picture again and again, `rate_hz` times a second."""

    live = False

    def __init__(self, path: Path, *, rate_hz: float = 15.0, real_time: bool = True) -> None:
        self.name = path.name
        self._path = path
        self._rate_hz = rate_hz
        self._pace = Pace(real_time=real_time)
        self._pixels: NDArray[np.uint8] | None = None
        self._number = 0

    def open(self) -> CameraFormat:
        self._pixels = read_picture(self._path)
        self._number = 0
        self._pace.start()
        height, width, _ = self._pixels.shape
        return CameraFormat(width, height, self._rate_hz)

    def read(self, timeout_s: float) -> Frame | None:
        pixels, at_s = self._pixels, self._number / self._rate_hz
        if pixels is None:
            raise SensorError("the picture is not open", place=self.name)
        if not self._pace.wait(at_s, timeout_s):
            return None
        frame = Frame(pixels, self._pace.due(at_s), self._number)
        self._number += 1
        return frame

    def close(self) -> None:
        self._pace.stop()
        self._pixels = None


class PictureFolder:
    """The pictures of a folder in the order of their names, `rate_hz` a second, each as large as it is."""

    live = False

    def __init__(self, folder: Path, *, rate_hz: float = 2.0, loop: bool = False, real_time: bool = True) -> None:
        self.name = folder.name
        self._folder = folder
        self._rate_hz = rate_hz
        self._loop = loop
        self._pace = Pace(real_time=real_time)
        self._paths: list[Path] = []
        self._number = 0

    def open(self) -> CameraFormat:
        if not self._folder.is_dir():
            raise SensorError("there is no such folder", place=str(self._folder), cure="look at the name")
        self._paths = sorted(path for path in self._folder.iterdir() if path.suffix.lower() in ENDINGS)
        if not self._paths:
            raise SensorError("no pictures in this folder", place=str(self._folder), cure=f"put {ENDINGS[0]} files in")
        self._number = 0
        self._pace.start()
        return CameraFormat(0, 0, self._rate_hz)

    def read(self, timeout_s: float) -> Frame | None:
        if not self._loop and self._number >= len(self._paths):
            raise EOFError
        at_s = self._number / self._rate_hz
        if not self._pace.wait(at_s, timeout_s):
            return None
        pixels = read_picture(self._paths[self._number % len(self._paths)])
        frame = Frame(pixels, self._pace.due(at_s), self._number)
        self._number += 1
        return frame

    def close(self) -> None:
        self._pace.stop()
