# SPDX-License-Identifier: Apache-2.0
"""Signals in place of a microphone: a tone that sweeps, and silence."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene.sensors.pace import Pace
from phosphene.sensors.protocol import MicrophoneFormat

_BLOCK: Final = RATE_HZ // 50  # 20 ms
_LOWEST_HZ: Final = 100.0
_HIGHEST_HZ: Final = 7000.0
_SWEEP_S: Final = 4.0
_AMPLITUDE: Final = 8192  # -12 dB of full scale


def sweep(start: int, count: int) -> NDArray[np.int16]:
    """Return samples `start` … `start` + `count` of the tone, int16 at RATE_HZ: from 100 Hz to 7 kHz, evenly in
    octaves, within 4 s, and again.
    """
    t = np.arange(start, start + count) % round(_SWEEP_S * RATE_HZ) / RATE_HZ
    growth = np.log(_HIGHEST_HZ / _LOWEST_HZ) / _SWEEP_S
    phase = 2 * np.pi * _LOWEST_HZ / growth * np.expm1(growth * t)
    return np.rint(_AMPLITUDE * np.sin(phase)).astype(np.int16)


class _Signal:
    live = False

    def __init__(self, *, real_time: bool = True) -> None:
        self._pace = Pace(real_time=real_time)
        self._made = 0

    def open(self) -> MicrophoneFormat:
        self._made = 0
        self._pace.start()
        return MicrophoneFormat(RATE_HZ, 1)

    def read(self, timeout_s: float) -> Sound | None:
        # A block is there when its last sample is.
        if not self._pace.wait((self._made + _BLOCK) / RATE_HZ, timeout_s):
            return None
        sound = Sound(self._samples(self._made), self._pace.due(self._made / RATE_HZ))
        self._made += _BLOCK
        return sound

    def close(self) -> None:
        self._pace.stop()

    def _samples(self, start: int) -> NDArray[np.int16]:
        raise NotImplementedError


class TestTone(_Signal):
    """The tone of `sweep`, in blocks of 20 ms, for ever."""

    # Its name is the field's; pytest would take it for a test.
    __test__ = False
    name = "test tone"

    def _samples(self, start: int) -> NDArray[np.int16]:
        return sweep(start, _BLOCK)


class Silence(_Signal):
    """Zeros, in blocks of 20 ms, for ever."""

    name = "silence"

    def _samples(self, start: int) -> NDArray[np.int16]:
        return np.zeros(_BLOCK, np.int16)
