# SPDX-License-Identifier: Apache-2.0
"""The way from a mouth to the network, drawn anew for every clip and alike for every word.

In the recordings bandwidth and microphone give the label away: all digits are 8 kHz recordings of six men, open and
close come from one course. So every class goes through the same lottery of bandwidths, rooms, microphones, codecs,
levels and noise. Speech is changed in pace, put into a room and perhaps band-limited, noise is added, and both go
through one microphone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from recipes.speech.rooms import band_limit, draw_microphone, draw_room
from recipes.speech.sound import RATE, Samples, level_db, resample, speech_span


class Noise(Protocol):
    """A source of noise."""

    def draw(self, samples: int, rng: np.random.Generator) -> Samples:
        """Return so many samples of noise at 16 kHz, at any level."""
        ...


@dataclass(frozen=True, slots=True)
class Lottery:
    """How often and how strongly. Probabilities are 0 to 1, ranges are drawn from evenly.

    `narrow` is how often the band ends at 3 to 4 kHz, as after an 8 kHz recording or a telephone; `level_db` is the
    speech's root mean square in dB of full scale at the network's input; `snr_db` the ratio to the noise.
    """

    pace: tuple[float, float] = (0.9, 1.1)
    room: float = 0.5
    narrow: float = 0.3
    microphone: float = 0.8
    codec: float = 0.15
    clipping: float = 0.06
    noise: float = 0.75
    snr_db: tuple[float, float] = (3.0, 30.0)
    level_db: tuple[float, float] = (-42.0, -14.0)


TRAINING: Final = Lottery()


def stretch(samples: Samples, factor: float) -> Samples:
    """Play `factor` times as fast, to the nearest percent: pace and pitch rise together."""
    return resample(samples, round(factor * 100) * RATE // 100)


def at_snr(samples: Samples, noise: Samples, snr_db: float) -> Samples:
    """Add noise [n] to speech [n] so that the speech's own level (where it speaks) is `snr_db` above the noise's."""
    begin, end = speech_span(samples)
    gain = 10 ** ((level_db(samples[begin:end]) - snr_db - level_db(noise)) / 20)
    return (samples + noise[: len(samples)] * gain).astype(np.float32)


def through(
    samples: Samples, rng: np.random.Generator, noise: Noise | None = None, lottery: Lottery = TRAINING
) -> Samples:
    """Send speech through a channel drawn from `lottery`; without `noise` nothing is added.

    A word at time t is afterwards at t / pace; only the pace changes the length. Never louder than full scale.
    """
    if lottery.pace != (1.0, 1.0):
        samples = stretch(samples, rng.uniform(*lottery.pace))
    if not len(samples):
        return samples
    early, late = rng.permutation([True, False]) & (rng.random() < lottery.narrow)
    samples = _filter(samples, rng, room=rng.random() < lottery.room, narrow=bool(early), microphone=False)
    if noise is not None and rng.random() < lottery.noise:
        samples = at_snr(samples, noise.draw(len(samples), rng), rng.uniform(*lottery.snr_db))
    samples = _filter(samples, rng, room=False, narrow=bool(late), microphone=rng.random() < lottery.microphone)
    if rng.random() < lottery.codec:
        samples = _codec(samples, rng)
    begin, end = speech_span(samples)
    samples = samples * 10 ** ((rng.uniform(*lottery.level_db) - level_db(samples[begin:end])) / 20)
    if rng.random() < lottery.clipping:
        top = float(np.abs(samples).max()) * rng.uniform(0.3, 0.9)
        samples = np.clip(samples, -top, top)
    return np.clip(samples, -1, 1).astype(np.float32)


def _filter(samples: Samples, rng: np.random.Generator, *, room: bool, narrow: bool, microphone: bool) -> Samples:
    if not (room or narrow or microphone):
        return samples
    response = draw_room(rng) if room else None
    length = 1 << (len(samples) + (len(response) if response is not None else RATE // 20) - 1).bit_length()
    spectrum = np.fft.rfft(samples, length)
    if response is not None:
        spectrum *= np.fft.rfft(response, length)
    if narrow:
        spectrum *= band_limit(len(spectrum), rng.uniform(3000, 4200), rng.uniform(50, 900))
    elif rng.random() < 0.4:
        spectrum *= band_limit(len(spectrum), rng.uniform(4500, 8000), rng.uniform(100, 1500))
    if microphone:
        spectrum *= draw_microphone(rng, len(spectrum))
    return np.fft.irfft(spectrum, length)[: len(samples)].astype(np.float32)


def _codec(samples: Samples, rng: np.random.Generator) -> Samples:
    """What a telephone's µ-law, a coarse converter or a lossy coder leave: noise that follows the level."""
    peak = max(float(np.abs(samples).max()), 1e-6)
    unit = samples / peak
    if rng.random() < 0.5:
        law = np.sign(unit) * np.log1p(255 * np.abs(unit)) / np.log(256)
        steps = 2 ** rng.integers(5, 8)
        rounded = np.round(law * steps) / steps
        return (np.sign(rounded) * np.expm1(np.abs(rounded) * np.log(256)) / 255 * peak).astype(np.float32)
    steps = 2 ** rng.integers(6, 11)
    return (np.round(unit * steps) / steps * peak).astype(np.float32)
