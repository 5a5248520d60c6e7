# SPDX-License-Identifier: Apache-2.0
"""Stands in for the module picamera2, whose library exists on Raspberry Pi OS only: has what the worker uses of it.

Copied as ``picamera2.py`` where the worker's Python finds it. ``FAKE_PI`` in the environment says how it behaves.
"""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

HOW = os.environ.get("FAKE_PI", "")
FRAME_S = 0.02


class Request:
    def __init__(self, number: int, size: tuple[int, int]) -> None:
        self._number, self._size = number, size
        self.released = False

    def make_array(self, name: str) -> NDArray[np.uint8]:
        assert name == "main"
        width, height = self._size
        pixels = np.zeros((height, width, 3), np.uint8)
        pixels[..., 0] = 200  # red: BGR888 has it first in memory
        pixels[0, 0, 2] = self._number
        return pixels

    def get_metadata(self) -> dict[str, Any]:
        return {"SensorTimestamp": time.monotonic_ns(), "FrameDuration": FRAME_S * 1e6}

    def release(self) -> None:
        self.released = True


class Picamera2:
    @staticmethod
    def global_camera_info() -> list[dict[str, Any]]:
        return [] if HOW == "none" else [{"Model": "imx708", "Id": "/base/i2c/imx708@1a", "Num": 0}]

    def __init__(self, camera_num: int = 0) -> None:
        if HOW == "busy":
            cause = RuntimeError("Device or resource busy")
            raise RuntimeError("Camera __init__ sequence did not complete.") from cause
        print("this module prints what it likes")
        self._config: dict[str, Any] = {}
        self._number = 0
        self._last: Request | None = None

    def create_video_configuration(
        self, main: dict[str, Any], buffer_count: int, controls: dict[str, Any]
    ) -> dict[str, Any]:
        assert main["format"] == "BGR888"
        assert controls["FrameDurationLimits"] == (20_000, 20_000)
        return {"main": main, "buffer_count": buffer_count}

    def configure(self, config: dict[str, Any]) -> None:
        width, height = config["main"]["size"]
        self._config = {"main": {**config["main"], "size": (width // 2 * 2, height // 2 * 2)}}

    def camera_configuration(self) -> dict[str, Any]:
        return self._config

    def start(self) -> None:
        assert self._config

    def capture_request(self, wait: float) -> Request:
        assert wait > 0
        assert self._last is None or self._last.released, "a request was kept: the camera would run dry"
        time.sleep(FRAME_S)
        if HOW == "hang" and self._number == 3:
            time.sleep(600)
        if HOW == "crash" and self._number == 3:
            os._exit(1)
        if HOW == "fail" and self._number == 3:
            raise TimeoutError
        self._number += 1
        self._last = Request(self._number, self._config["main"]["size"])
        return self._last

    def close(self) -> None:
        self._config = {}
