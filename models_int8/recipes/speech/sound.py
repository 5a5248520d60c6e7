# SPDX-License-Identifier: Apache-2.0
"""What every part does with samples: change the rate, find where speech begins and ends, turn into 16 bits."""

from __future__ import annotations

from math import gcd
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 16_000

Samples = NDArray[np.float32]
"""Mono samples at 16 kHz, shape [n], full scale at -1 and 1."""

_BLOCK = RATE // 100  # 10 ms
_LONG = 1 << 20


def resample(samples: Samples, rate: int, to: int = RATE) -> Samples:
    """Change the rate with an ideal band limit (in the frequency domain); length becomes round(n * to / rate)."""
    if rate == to or not len(samples):
        return samples.astype(np.float32, copy=False)
    if len(samples) > _LONG:  # one transform of an hour would take gigabytes; ten seconds overlap nothing audible
        pieces = [samples[at : at + 10 * rate] for at in range(0, len(samples), 10 * rate)]
        return np.concatenate([resample(piece, rate, to) for piece in pieces])
    step = rate // gcd(rate, to)
    padded = _smooth(-(-(len(samples) + rate // 50) // step)) * step
    spectrum = np.fft.rfft(samples, padded)
    length = padded * to // rate
    bins = min(len(spectrum), length // 2 + 1)
    out = np.zeros(length // 2 + 1, np.complex128)
    out[:bins] = spectrum[:bins]
    made = np.fft.irfft(out, length) * (length / padded)
    return made[: round(len(samples) * to / rate)].astype(np.float32)


def _smooth(length: int) -> int:
    """The next length with small factors only: transforms of prime length are many times slower."""
    unit = 1 << max(0, length.bit_length() - 4)
    return -(-length // unit) * unit


def level_db(samples: Samples) -> float:
    """Return the root mean square in dB of full scale; silence is -120."""
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12)) if len(samples) else -120.0


def speech_span(samples: Samples, below_peak_db: float = 35.0, over_floor_db: float | None = None) -> tuple[int, int]:
    """Return [begin, end) in samples of what is louder than the loudest 10 ms less `below_peak_db`.

    With `over_floor_db` it also has to be so much louder than the quietest tenth, but never more than 15 dB below the
    loudest: a noisy recording isn't speech from end to end. Silence gives the whole range.
    """
    blocks = len(samples) // _BLOCK
    if blocks < 2:
        return 0, len(samples)
    power = np.square(samples[: blocks * _BLOCK], dtype=np.float64).reshape(blocks, _BLOCK).mean(1)
    if power.max() < 1e-9:
        return 0, len(samples)
    least = power.max() * 10 ** (-below_peak_db / 10)
    if over_floor_db is not None:
        floor = float(np.quantile(power, 0.1)) * 10 ** (over_floor_db / 10)
        least = max(least, min(floor, power.max() * 10**-1.5))
    loud = np.flatnonzero(power > least)
    return int(loud[0]) * _BLOCK, min(len(samples), (int(loud[-1]) + 1) * _BLOCK)


def trim(samples: Samples, margin_s: float = 0.03) -> tuple[Samples, int]:
    """Cut the silence around speech but for a margin; returns the samples and how many were cut at the front."""
    begin, end = speech_span(samples, 45.0)
    margin = int(margin_s * RATE)
    begin, end = max(0, begin - margin), min(len(samples), end + margin)
    return samples[begin:end], begin


def to_int16(samples: Samples) -> NDArray[np.int16]:
    """Round to 16 bits, clipped."""
    return np.clip(np.round(samples * 32767), -32768, 32767).astype(np.int16)


def from_int16(samples: NDArray[np.int16]) -> Samples:
    """Undo `to_int16`."""
    return (samples / 32767).astype(np.float32)
