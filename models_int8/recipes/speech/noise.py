# SPDX-License-Identifier: Apache-2.0
"""Noise for training: generated kinds, babble of training voices, and the silence of training folds.

The test's noise is of other kinds and lies in `recipes.speech.unheard_noise`; nothing here may draw on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from recipes.speech.channel import Noise
from recipes.speech.sound import RATE, Samples

Source = Callable[[int, np.random.Generator], Samples]


def coloured(samples: int, rng: np.random.Generator) -> Samples:
    """Noise whose power falls with frequency to a power between -0.5 and 2.5, swelling slowly."""
    length = 1 << (samples - 1).bit_length()
    frequency = np.maximum(np.arange(length // 2 + 1) * RATE / length, 30)
    shape = frequency ** (-rng.uniform(-0.5, 2.5) / 2)
    made = np.fft.irfft(np.fft.rfft(rng.standard_normal(length)) * shape, length)[:samples]
    swell = 1 + rng.uniform(0, 0.7) * np.sin(np.arange(samples) * 2 * np.pi * rng.uniform(0.1, 3) / RATE)
    return (made * swell).astype(np.float32)


def hum(samples: int, rng: np.random.Generator) -> Samples:
    """Mains at 50 or 60 Hz with its harmonics over a little noise."""
    at = np.arange(samples) / RATE
    mains = float(rng.choice([50, 60])) * rng.uniform(0.995, 1.005)
    gains = rng.uniform(0, 1, 12) / np.arange(1, 13) ** rng.uniform(0.2, 1.2)
    made = sum(gain * np.sin(2 * np.pi * mains * k * at + rng.uniform(0, 6)) for k, gain in enumerate(gains, 1))
    return np.asarray(made + 0.1 * rng.standard_normal(samples), np.float32)


def fan(samples: int, rng: np.random.Generator) -> Samples:
    """Rushing air that beats with the blades, and their tone."""
    at = np.arange(samples) / RATE
    blades = rng.uniform(20, 180)
    air = coloured(samples, rng)
    air /= float(air.std()) + 1e-9
    tone = np.sin(2 * np.pi * blades * at) + 0.5 * np.sin(4 * np.pi * blades * at)
    return ((1 + 0.3 * np.sin(2 * np.pi * blades * at)) * air + rng.uniform(0, 0.8) * tone).astype(np.float32)


def tones(samples: int, rng: np.random.Generator) -> Samples:
    """Notes with harmonics that die away, in no tune."""
    made = np.zeros(samples)
    for _ in range(1 + int(samples / RATE * rng.uniform(2, 8))):
        begin = int(rng.integers(samples))
        at = np.arange(samples - begin) / RATE
        pitch = 55 * 2 ** (rng.integers(0, 49) / 12)
        note = sum(
            np.sin(2 * np.pi * pitch * k * at) / k ** rng.uniform(0.5, 2) for k in range(1, 6) if pitch * k < 7000
        )
        made[begin:] += np.asarray(note) * np.exp(-at * rng.uniform(1, 10)) * rng.uniform(0.2, 1)
    return (made + 1e-3 * rng.standard_normal(samples)).astype(np.float32)


def clicks(samples: int, rng: np.random.Generator) -> Samples:
    """Knocks and clatter over a quiet floor."""
    made = 0.02 * rng.standard_normal(samples)
    for _ in range(1 + int(samples / RATE * rng.uniform(1, 9))):
        begin = int(rng.integers(samples))
        at = np.arange(min(samples - begin, RATE // 8)) / RATE
        ring = np.sin(2 * np.pi * rng.uniform(200, 5000) * at) + rng.uniform(0, 1) * rng.standard_normal(len(at))
        made[begin : begin + len(at)] += ring * np.exp(-at * rng.uniform(40, 400)) * rng.uniform(0.1, 1)
    return made.astype(np.float32)


class TrainingNoise:
    """Draws one of the kinds, or two together. `voices` and `silences` are clips of training speakers only."""

    def __init__(self, voices: Sequence[Samples] = (), silences: Sequence[Samples] = ()) -> None:
        self._voices, self._silences = voices, silences
        self._sources: list[Source] = [coloured, coloured, hum, fan, tones, clicks]
        self._sources += [self._babble, self._babble] if voices else []
        self._sources += [self._silence, self._silence] if silences else []

    def draw(self, samples: int, rng: np.random.Generator) -> Samples:
        """Return noise of root mean square 1."""
        made = self._one(samples, rng)
        if rng.random() < 0.25:
            made = made + self._one(samples, rng) * 10 ** (rng.uniform(-15, 0) / 20)
        return made.astype(np.float32)

    def _one(self, samples: int, rng: np.random.Generator) -> Samples:
        made = self._sources[int(rng.integers(len(self._sources)))](samples, rng)
        return (made / max(float(np.sqrt(np.mean(made**2))), 1e-6)).astype(np.float32)

    def _babble(self, samples: int, rng: np.random.Generator) -> Samples:
        """Three to nine voices at once: fewer could be understood, and would be words."""
        made = np.zeros(samples, np.float32)
        for _ in range(rng.integers(3, 10)):
            made += _looped(self._voices, samples, rng) * rng.uniform(0.3, 1)
        return made.astype(np.float32)

    def _silence(self, samples: int, rng: np.random.Generator) -> Samples:
        return _looped(self._silences, samples, rng)


class Pool:
    """Cuts pieces out of noise drawn beforehand: generating it anew for each clip would take longer than training."""

    def __init__(self, source: Noise, rng: np.random.Generator, pieces: int = 150, seconds: float = 6.0) -> None:
        self._pieces = [source.draw(int(seconds * RATE), rng) for _ in range(pieces)]

    def draw(self, samples: int, rng: np.random.Generator) -> Samples:
        """Return a piece from a random place; longer than a piece, it goes round."""
        piece = self._pieces[int(rng.integers(len(self._pieces)))]
        begin = int(rng.integers(len(piece)))
        made = np.resize(np.roll(piece, -begin), samples)
        return (made / max(float(np.sqrt(np.mean(made**2))), 1e-6)).astype(np.float32)


def _looped(clips: Sequence[Samples], samples: int, rng: np.random.Generator) -> Samples:
    """Clips one after the other from a random place, each brought to the same level."""
    made: list[Samples] = []
    have = -int(rng.integers(RATE))
    while have < samples:
        clip = clips[int(rng.integers(len(clips)))]
        if len(clip):
            made.append(clip / max(float(np.sqrt(np.mean(clip**2))), 1e-6))
            have += len(clip)
    return np.concatenate(made)[-samples:] if sum(map(len, made)) >= samples else np.zeros(samples, np.float32)
