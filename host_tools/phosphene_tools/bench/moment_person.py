# SPDX-License-Identifier: Apache-2.0
"""Who stands before the device that is measured: a drawn face that looks at it and sways, in place of a camera."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import Frame
from phosphene.sensors.errors import SensorError
from phosphene.sensors.pace import Pace
from phosphene.sensors.protocol import CameraFormat
from phosphene_tools.perception.drawn_face import ground, with_face

_WIDTH, _HEIGHT, _RATE_HZ = 640, 480, 30.0
_SWAY: Final = 24
"""Pixels to each side."""
_SWAY_S: Final = 3.0


class Person:
    """A camera: 640 x 480 pixels, 30 pictures a second, at the pace of the world."""

    live = False
    name = "a drawn person"

    def __init__(self) -> None:
        self._pace = Pace(real_time=True)
        self._wide: NDArray[np.uint8] | None = None
        self._number = 0

    def open(self) -> CameraFormat:
        wide = ground(_WIDTH + 2 * _SWAY, _HEIGHT)
        self._wide = np.asarray(with_face(wide, wide.width / 2, 230, 130))
        self._number = 0
        self._pace.start()
        return CameraFormat(_WIDTH, _HEIGHT, _RATE_HZ)

    def read(self, timeout_s: float) -> Frame | None:
        wide, at_s = self._wide, self._number / _RATE_HZ
        if wide is None:
            raise SensorError("nobody is there: it is not open", place=self.name)
        if not self._pace.wait(at_s, timeout_s):
            return None
        left = round(_SWAY * (1 + math.sin(2 * math.pi * at_s / _SWAY_S)))
        frame = Frame(wide[:, left : left + _WIDTH].copy(), self._pace.due(at_s), self._number)
        self._number += 1
        return frame

    def close(self) -> None:
        self._pace.stop()
        self._wide = None
