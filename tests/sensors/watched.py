# SPDX-License-Identifier: Apache-2.0
"""A camera and a microphone that do what a test says, each with its watch."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import RATE_HZ, Frame, Sound
from phosphene.sensors.camera_watch import CameraWatch
from phosphene.sensors.microphone_watch import MicrophoneWatch
from phosphene.sensors.pattern import draw
from phosphene.sensors.protocol import CameraFormat, MicrophoneFormat, SensorEvent, Trouble
from tests.sensors.scripted import Scripted
from tests.sensors.sounds import babble

SIZE = CameraFormat(64, 48, 100.0)
MONO = MicrophoneFormat(RATE_HZ, 1)
BLOCK = 320


def noisy(number: int) -> NDArray[np.uint8]:
    """A picture as a camera takes it: no two are alike."""
    return draw(number, 64, 48) ^ np.random.default_rng(number).integers(0, 8, (48, 64, 3), np.uint8)


class Eye:
    """A camera of ten pictures a second whose clock runs as fast as it is read."""

    def __init__(self) -> None:
        self.pixels = noisy
        self.skip = 0
        self.start_s = time.monotonic()
        self.source = Scripted(SIZE, self.take)
        self.events: list[SensorEvent] = []
        self.watch = CameraWatch(self.source, self.events.append)

    def take(self, read: int) -> Frame:
        return Frame(self.pixels(read), self.start_s + read / 10, read + self.skip)

    @property
    def told(self) -> list[Trouble]:
        return [event.trouble for event in self.events]


class Ear:
    """A microphone whose clock runs as fast as it is read."""

    def __init__(self) -> None:
        self.samples = babble(RATE_HZ, 1.0)
        self.missed = 0
        self.clipped = 0
        self.source = Scripted(MONO, self.take)
        self.events: list[SensorEvent] = []
        self.watch = MicrophoneWatch(self.source, self.events.append)

    def take(self, read: int) -> Sound:
        place = read * BLOCK % RATE_HZ
        missed, self.missed = self.missed, 0
        return Sound(self.samples[place : place + BLOCK], read * 0.02, missed, self.clipped)

    @property
    def told(self) -> list[Trouble]:
        return [event.trouble for event in self.events]
