# SPDX-License-Identifier: Apache-2.0
"""The spectrum of sound as a person looks at it: a column every 20 ms, bands that widen with pitch, in decibels."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import RATE_HZ, Sound

BANDS: Final = 64
STEP_S: Final = 0.02
_STEP: Final = round(RATE_HZ * STEP_S)
_WINDOW: Final = 512
_LOWEST_HZ: Final = 60.0
_FLOOR_DB: Final = -90.0
"""What is shown as nothing; full scale is shown as 255."""
SILENCE_DB: Final = -96.0
_FULL: Final = 32_768.0


class Spectrum:
    """Turns blocks of any length into columns; what is left over waits for the next block."""

    def __init__(self) -> None:
        self._bands = _mel_bands()
        self._shape = np.hanning(_WINDOW).astype(np.float32)
        # A sine at full scale lies at 0 dB.
        self._scale = 2.0 / float(self._shape.sum()) / _FULL
        self._kept = np.zeros(_WINDOW - _STEP, np.float32)
        self._end_s = 0.0

    def columns(self, sound: Sound) -> tuple[NDArray[np.uint8], float]:
        """Return uint8 [n, BANDS], and when the first of these steps begins on the host's clock."""
        if sound.missed:
            self._kept = np.zeros(_WINDOW - _STEP, np.float32)
        samples = np.concatenate((self._kept, sound.samples.astype(np.float32)))
        count = max(0, (samples.size - (_WINDOW - _STEP)) // _STEP)
        self._kept = samples[count * _STEP :]
        if not count:
            return np.empty((0, BANDS), np.uint8), sound.end_s
        windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[: count * _STEP : _STEP]
        power = np.square(np.abs(np.fft.rfft(windows * self._shape, axis=1)) * self._scale)
        decibels = 10 * np.log10(power @ self._bands + 1e-12)
        columns = np.clip((decibels - _FLOOR_DB) * (255 / -_FLOOR_DB), 0, 255).astype(np.uint8)
        left_s = (self._kept.size - (_WINDOW - _STEP)) / RATE_HZ
        return columns, sound.end_s - left_s - count * STEP_S


def level_db(sound: Sound) -> float:
    """Return the loudness in dB of full scale: -96 for silence, 0 for a square wave at full scale."""
    if not sound.samples.size:
        return SILENCE_DB
    power = float(np.mean(np.square(sound.samples, dtype=np.float64))) / _FULL**2
    return max(SILENCE_DB, 10 * float(np.log10(power + 1e-12)))


def _mel_bands() -> NDArray[np.float32]:
    """Return [bins, BANDS]: triangles that are equally wide on the mel scale (O'Shaughnessy, 1987), sums of power."""
    mel_of = lambda hertz: 2595 * np.log10(1 + hertz / 700)  # noqa: E731
    edges = 700 * (10 ** (np.linspace(mel_of(_LOWEST_HZ), mel_of(RATE_HZ / 2), BANDS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(_WINDOW, 1 / RATE_HZ)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    bands = np.maximum(0, np.minimum(rising, falling))
    # The lowest triangles are narrower than a bin: such a band takes the bin that is nearest to its middle.
    for band in np.flatnonzero(bands.sum(axis=0) == 0):
        bands[np.argmin(np.abs(bins[:, 0] - edges[band + 1])), band] = 1
    return bands.astype(np.float32)
