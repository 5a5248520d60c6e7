# SPDX-License-Identifier: Apache-2.0
"""A source that does what a test says, step by step."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from phosphene.sensors.blocks import Frame, Sound
from phosphene.sensors.errors import SensorError
from phosphene.sensors.protocol import CameraFormat, MicrophoneFormat

Block = TypeVar("Block", Frame, Sound)


class Scripted(Generic[Block]):
    """`make` is called for each read, with the number of the read since the start, and returns or raises."""

    name = "scripted"

    def __init__(
        self, form: CameraFormat | MicrophoneFormat, make: Callable[[int], Block | None], *, live: bool = True
    ) -> None:
        self.live = live
        self.absent = False
        self.opened = 0
        self.closed = threading.Event()
        self._form = form
        self._make = make
        self._reads = 0

    def open(self) -> CameraFormat | MicrophoneFormat:
        if self.absent:
            raise SensorError("it is not there", cure="plug it in")
        self.opened += 1
        self.closed.clear()
        return self._form

    def read(self, timeout_s: float) -> Block | None:
        if self.absent:
            raise SensorError("it was unplugged")
        time.sleep(0.002)
        self._reads += 1
        return self._make(self._reads - 1)

    def close(self) -> None:
        self.closed.set()
