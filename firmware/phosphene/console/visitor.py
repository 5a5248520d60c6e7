# SPDX-License-Identifier: Apache-2.0
"""A visitor's camera and microphone, pushed by their page."""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from phosphene.console.page_clock import PageClock
from phosphene.console.senses_messages import PagePicture, PageSound, Take
from phosphene.senses.senses import Sensors
from phosphene.sensors.pushed import PushedCamera, PushedMicrophone

_LONGEST_GAP_S: Final = 0.5
_REMEMBERED: Final = 64
"""Pictures whose numbers are known: four seconds, longer than any waits."""


class Visitor:
    """What a page that takes the senses brings. Raises ValueError when that is nothing."""

    def __init__(self, take: Take) -> None:
        if take.camera is None and take.rate_hz is None:
            raise ValueError("neither a camera nor a microphone")
        self._rate_hz = take.rate_hz
        self._clock = PageClock()
        self._next: int | None = None
        self._numbers: deque[tuple[float, int]] = deque(maxlen=_REMEMBERED)
        self._camera: PushedCamera | None = None
        self._microphone: PushedMicrophone | None = None
        if take.camera is not None:
            self._camera = PushedCamera("the visitor's camera", rate_hz=min(take.camera.rate_hz, 15.0))
            self._camera.attach()
        if take.rate_hz is not None:
            self._microphone = PushedMicrophone("the visitor's microphone", rate_hz=take.rate_hz)
            self._microphone.attach()
        self.sensors = Sensors(self._camera, self._microphone)

    def picture(self, picture: PagePicture, arrived_s: float) -> None:
        """Take a picture that came at `arrived_s`. Raises SensorError for bytes that can't be one."""
        if self._camera is not None:
            time_s = self._clock.host_s(picture.theirs_s, arrived_s)
            self._numbers.append((time_s, picture.number))
            self._camera.push(picture.jpeg, time_s)

    def number_of(self, time_s: float) -> int:
        """Return the page's number of the picture that was taken at `time_s`; -1 for one of long ago."""
        return next((number for at, number in reversed(self._numbers) if at <= time_s + 1e-6), -1)

    def sound(self, sound: PageSound) -> None:
        """Take a block. What is missing before it is silence, up to half a second: a longer gap shows in the clock.

        Raises ValueError for sound at another rate than was announced.
        """
        if self._microphone is None:
            return
        if sound.rate_hz != self._rate_hz:
            raise ValueError(f"sound at {sound.rate_hz} Hz where {self._rate_hz} Hz was announced")
        missing = sound.first - self._next if self._next is not None else 0
        self._next = sound.first + sound.samples.size
        if 0 < missing <= _LONGEST_GAP_S * sound.rate_hz:
            self._microphone.push(np.zeros(missing, np.int16))
        self._microphone.push(sound.samples)
