# SPDX-License-Identifier: Apache-2.0
"""Sound at any rate brought to another, RATE_HZ mostly, block by block, as if it had been done in one piece."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, gcd
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import RATE_HZ
from phosphene.sensors.errors import SensorError

LOWEST_HZ: Final = 4_000
HIGHEST_HZ: Final = 384_000

# Of the lower Nyquist frequency: sound passes up to the first and is gone from the second on.
_PASS: Final = 0.9
_STOP: Final = 1.0
_STOPBAND_DB: Final = 80.0
# Half of the filter's. An odd rate needs a phase for each of 16,000 places; a damaged file may claim any rate.
_MOST_COEFFICIENTS: Final = 1 << 20


class Resampler:
    """A polyphase low-pass of linear phase (windowed sinc; Kaiser, 80 dB), streaming.

    The ratio is a fraction of integers, so that no phase error adds up however long it runs. Output sample k stands
    for the time of input sample k · from_hz / to_hz; it comes when half the filter's length was heard beyond it
    (`delay_s`), and `flush` brings the rest. Cutting the input into other blocks changes no output sample.
    """

    def __init__(self, from_hz: int, to_hz: int = RATE_HZ) -> None:
        """Raise SensorError when `from_hz` is outside LOWEST_HZ … HIGHEST_HZ."""
        if not LOWEST_HZ <= from_hz <= HIGHEST_HZ:
            raise SensorError(
                f"sound at {from_hz} samples per second can't be used",
                cure=f"record at {LOWEST_HZ} to {HIGHEST_HZ} Hz; 16000 is best",
            )
        shared = gcd(from_hz, to_hz)
        self._up = to_hz // shared
        self._down = from_hz // shared
        if self._up * _half(from_hz, to_hz) > _MOST_COEFFICIENTS:
            raise SensorError(
                f"sound at {from_hz} samples per second can't be used",
                cure="use a usual rate, such as 16000 or 48000 Hz",
            )
        self._bank = _bank(from_hz, to_hz, self._up)
        self._half = self._bank.shape[1] // 2
        self.delay_s = 0.0 if self._up == self._down else self._half / from_hz
        self._kept = np.zeros(0, np.float32)
        self._kept_from = 0
        self._made = 0
        self.reset()

    def reset(self) -> None:
        """Begin anew: after a gap, what was heard before it must not ring into what comes."""
        self._kept = np.zeros(self._half - 1 if self._half else 0, np.float32)
        self._kept_from = -self._kept.size  # number of the input sample that `_kept` begins with
        self._made = 0

    def push(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take float32 [n] and return float32 [m] at `to_hz`, m ≈ n · to_hz / from_hz, of the same scale."""
        if self._up == self._down:
            return samples
        self._kept = np.concatenate((self._kept, samples))
        end = self._kept_from + self._kept.size
        # Output k needs input up to floor(k · down / up) + half.
        last = ((end - self._half) * self._up - 1) // self._down
        numbers = np.arange(self._made, max(last + 1, self._made), dtype=np.int64) * self._down
        if numbers.size:
            first = numbers // self._up - (self._half - 1)
            windows = np.lib.stride_tricks.sliding_window_view(self._kept, 2 * self._half)
            made = np.einsum("kt,kt->k", windows[first - self._kept_from], self._bank[numbers % self._up])
            self._made += numbers.size
        else:
            made = np.zeros(0, np.float32)
        begin = self._made * self._down // self._up - (self._half - 1)
        self._kept = self._kept[max(0, begin - self._kept_from) :]
        self._kept_from = max(begin, self._kept_from)
        return made

    def flush(self) -> NDArray[np.float32]:
        """Return what is still under way, as if silence followed, and begin anew."""
        if self._up == self._down:
            return np.zeros(0, np.float32)
        heard = self._kept_from + self._kept.size
        due = ceil(heard * self._up / self._down) - self._made
        made = self.push(np.zeros(self._half, np.float32))[: max(0, due)]
        self.reset()
        return made


@lru_cache(maxsize=8)
def _bank(from_hz: int, to_hz: int, up: int) -> NDArray[np.float32]:
    """Return the filter's phases, float32 [up, taps], each with a sum of 1, so that silence and steady levels stay."""
    if from_hz == to_hz:
        return np.ones((1, 0), np.float32)
    cutoff = (_STOP + _PASS) / 2 * _nyquist(from_hz, to_hz)
    half = _half(from_hz, to_hz)
    beta = 0.1102 * (_STOPBAND_DB - 8.7)
    taps = np.arange(2 * half) - (half - 1)
    away = taps[None, :] - np.arange(up)[:, None] / up  # from the output's place to each input sample
    window = np.i0(beta * np.sqrt(np.clip(1 - (away / half) ** 2, 0, None))) / np.i0(beta)
    bank = 2 * cutoff * np.sinc(2 * cutoff * away) * window
    bank /= bank.sum(axis=1, keepdims=True)
    bank.setflags(write=False)
    return bank.astype(np.float32)


def _nyquist(from_hz: int, to_hz: int) -> float:
    """Return the lower of both Nyquist frequencies, in cycles per input sample."""
    return min(from_hz, to_hz) / 2 / from_hz


def _half(from_hz: int, to_hz: int) -> int:
    """Return half the filter's length in input samples: Kaiser's formula, as is `beta` above (Oppenheim and Schafer,
    Discrete-Time Signal Processing, 7.5.3).
    """
    return ceil((_STOPBAND_DB - 7.95) / (14.36 * (_STOP - _PASS) * _nyquist(from_hz, to_hz)) / 2)
