# SPDX-License-Identifier: Apache-2.0
"""What every microphone does with what it got: one channel, RATE_HZ, int16, with times and clipped samples counted."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene.sensors.errors import SensorError
from phosphene.sensors.protocol import MicrophoneFormat
from phosphene.sensors.resample import Resampler

_MOST_CHANNELS: Final = 32
_FULL_SCALE: Final = 32767.0


class Intake:
    """From a microphone's samples to Sound. `form` is what it delivers; raises SensorError when that can't be brought
    to RATE_HZ. `full_scale` is the highest value it reaches, in steps of int16: 8 bits end at 32512.
    """

    def __init__(self, form: MicrophoneFormat, full_scale: float = _FULL_SCALE) -> None:
        if not 1 <= form.channels <= _MOST_CHANNELS:
            raise SensorError(f"sound with {form.channels} channels can't be used", cure="record in mono")
        self._format = form
        self._full_scale = full_scale
        self._resampler = Resampler(form.rate_hz)
        self._taken = 0  # since the resampler began, as is the next
        self._made = 0
        self._end_s = 0.0
        self._missed = 0
        self._clipped = 0

    def take(self, samples: NDArray[np.int16] | NDArray[np.float32], time_s: float, lost: int = 0) -> Sound | None:
        """Take samples [n, channels], int16 or float32 of -1 … 1, the first of them taken at `time_s`, with `lost`
        samples of each channel missing before them. Return None when too few came to make an output sample.
        """
        if samples.ndim != 2 or samples.shape[1] != self._format.channels:
            raise SensorError(f"sound of shape {samples.shape} where {self._format.channels} channels were announced")
        scaled = samples.astype(np.float32)
        if samples.dtype != np.int16:
            scaled = np.nan_to_num(scaled, nan=0.0, posinf=1.0, neginf=-1.0) * np.float32(32768)
        if lost:
            self._resampler.reset()
            self._taken = self._made = 0
            self._missed += round(lost * RATE_HZ / self._format.rate_hz)
        self._clipped += int(np.count_nonzero(np.abs(scaled) >= self._full_scale))
        made = self._resampler.push(scaled[:, 0] if scaled.shape[1] == 1 else scaled.mean(axis=1, dtype=np.float32))
        start_s = time_s + self._made / RATE_HZ - self._taken / self._format.rate_hz
        self._taken += samples.shape[0]
        return self._sound(made, start_s)

    def finish(self) -> Sound | None:
        """Return what is still in the filter at the end of a file, or None."""
        return self._sound(self._resampler.flush(), self._end_s)

    def _sound(self, made: NDArray[np.float32], start_s: float) -> Sound | None:
        if made.size == 0:
            return None
        self._made += made.size
        self._end_s = start_s + made.size / RATE_HZ
        samples = np.clip(np.rint(made), -32768, 32767).astype(np.int16)
        sound = Sound(samples, start_s, self._missed, self._clipped)
        self._missed = self._clipped = 0
        return sound
