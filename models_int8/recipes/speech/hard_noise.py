# SPDX-License-Identifier: Apache-2.0
"""Noise that comes and goes as speech and music do, for thresholds: crowds, mumbling, chords, beats, whoops, textures.

Steady noise is easily listened through; what hides words or is taken for them changes as quickly as they do. All of
it is generated, or made of clips of speech; the test's noise is of other sources (`recipes.speech.unheard_noise`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from recipes.speech.noise import clicks, coloured, fan, hum, tones
from recipes.speech.sound import RATE, Samples, resample

Source = Callable[[int, np.random.Generator], Samples]


def modulated(samples: int, rng: np.random.Generator) -> Samples:
    """Noise in four to ten bands, each of which swells by itself, up to 16 times a second."""
    length = 1 << (samples - 1).bit_length()
    spectrum = np.fft.rfft(rng.standard_normal(length))
    frequency = np.arange(length // 2 + 1) * RATE / length
    edges = np.sort(np.exp(rng.uniform(np.log(80), np.log(7500), int(rng.integers(4, 11)))))
    slope = rng.uniform(0, 2)
    made = np.zeros(samples)
    for low, high in pairwise(edges):
        band = np.fft.irfft(spectrum * ((frequency >= low) & (frequency < high)), length)[:samples]
        made += band * _swell(samples, rng) * (low / 500) ** (-slope / 2) * rng.uniform(0.2, 1)
    return made.astype(np.float32)


def _swell(samples: int, rng: np.random.Generator) -> Samples:
    """A gain of 0 to 1 that wanders at up to 16 Hz, mostly at a few."""
    rate = np.exp(rng.uniform(np.log(0.5), np.log(16)))
    knots = rng.uniform(0, 1, int(samples / RATE * rate * 2) + 3) ** rng.uniform(1, 4)
    return np.interp(np.arange(samples), np.linspace(0, samples, len(knots)), knots).astype(np.float32)


def chords(samples: int, rng: np.random.Generator) -> Samples:
    """Music of a kind: chords in a beat, some of them plucked, some held, perhaps with drums."""
    made = np.zeros(samples + RATE)
    beat = int(RATE * 60 / rng.uniform(60, 170) / rng.choice([1, 2]))
    root, bright, decay = 55 * 2 ** rng.uniform(0, 2.5), rng.uniform(0.6, 2.2), rng.choice([0.5, 2, 6, 12])
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12]) if rng.random() < 0.5 else np.array([0, 2, 3, 5, 7, 8, 10, 12])
    drums = rng.random() < 0.5
    for begin in range(int(rng.integers(beat)), samples, beat):
        long = min(int(beat * rng.uniform(0.5, 2.5)), RATE)
        at = np.arange(long) / RATE
        fade = np.minimum(1, np.minimum(at * 100, (long / RATE - at) * 40)) * np.exp(-at * decay)
        for _ in range(int(rng.integers(1, 5))):
            pitch = root * 2 ** ((rng.choice(scale) + 12 * rng.integers(0, 3)) / 12)
            pitch = pitch * (1 + rng.uniform(0, 0.01) * np.sin(2 * np.pi * rng.uniform(4, 7) * at))
            phase = 2 * np.pi * np.cumsum(np.broadcast_to(pitch, at.shape)) / RATE
            count = max(1, min(12, int(7000 / float(np.max(pitch)))))
            made[begin : begin + long] += (
                sum(np.sin(k * phase + k) / k**bright for k in range(1, count + 1)) * fade * rng.uniform(0.2, 1)
            )
        if drums and rng.random() < 0.8:
            hit = np.arange(RATE // 5) / RATE
            drum = np.sin(2 * np.pi * rng.uniform(50, 120) * hit * np.exp(-hit * 6)) * 2
            drum = drum if rng.random() < 0.5 else np.diff(rng.standard_normal(len(hit) + 1))
            made[begin : begin + len(hit)] += drum * np.exp(-hit * rng.uniform(12, 60)) * rng.uniform(0.5, 3)
    return (made[:samples] + 1e-4 * rng.standard_normal(samples)).astype(np.float32)


def whoops(samples: int, rng: np.random.Generator) -> Samples:
    """Tones and hisses that slide up or down, flutter and bounce."""
    made = 1e-3 * rng.standard_normal(samples + 2 * RATE)
    for _ in range(1 + int(samples / RATE * rng.uniform(0.5, 5))):
        begin, long = int(rng.integers(samples)), int(rng.uniform(0.05, 1.2) * RATE)
        at = np.arange(long) / RATE
        ends = np.exp(rng.uniform(np.log(100), np.log(6000), 2))
        pitch = ends[0] * (ends[1] / ends[0]) ** (at * RATE / long) ** rng.uniform(0.5, 2)
        pitch = pitch * (1 + rng.uniform(0, 0.3) * np.sin(2 * np.pi * rng.uniform(2, 40) * at))
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        tone = np.sin(phase) if rng.random() < 0.4 else np.tanh(rng.uniform(1, 8) * np.sin(phase))
        if rng.random() < 0.3:
            tone = tone * rng.standard_normal(long)
        fade = np.minimum(1, at * rng.uniform(10, 200)) * np.exp(-at * rng.uniform(0.5, 12))
        made[begin : begin + long] += tone * fade * rng.uniform(0.2, 1)
    return made[:samples].astype(np.float32)


class HardNoise:
    """Draws one of the kinds, or two together; `voices` are clips of speech that no test has."""

    def __init__(self, voices: Sequence[Samples]) -> None:
        self._voices = voices
        steady: list[Source] = [coloured, hum, fan, tones, clicks]
        speech: list[Source] = [self._crowd, self._crowd, self._crowd, self._mumble, self._mumble, self._crumbs]
        self._sources = [*steady, *speech, modulated, modulated, chords, chords, chords, whoops, whoops]

    def draw(self, samples: int, rng: np.random.Generator) -> Samples:
        """Return noise of root mean square 1."""
        made = self._one(samples, rng)
        if rng.random() < 0.3:
            more = self._one(samples, rng) * 10 ** (rng.uniform(-15, 0) / 20)
            made = _even((made + more).astype(np.float32))
        return made

    def _one(self, samples: int, rng: np.random.Generator) -> Samples:
        return _even(self._sources[int(rng.integers(len(self._sources)))](samples, rng))

    def _voice(self, samples: int, rng: np.random.Generator) -> Samples:
        """One voice going on, higher or lower than it was, half of the time backwards."""
        parts: list[Samples] = []
        have = -int(rng.integers(2 * RATE))
        factor = round(float(np.exp(rng.uniform(-0.25, 0.25))) * 50) * RATE // 50
        while have < samples:
            clip = self._voices[int(rng.integers(len(self._voices)))]
            clip = resample(clip, factor)
            parts.append(_even(clip[::-1] if rng.random() < 0.5 else clip))
            have += len(clip)
        return np.concatenate(parts)[-samples:]

    def _crowd(self, samples: int, rng: np.random.Generator) -> Samples:
        """Three to eight voices at once: fewer could be understood, and would be words."""
        return np.asarray(
            sum(self._voice(samples, rng) * rng.uniform(0.3, 1) for _ in range(int(rng.integers(3, 9)))), np.float32
        )

    def _mumble(self, samples: int, rng: np.random.Generator) -> Samples:
        """One or two voices backwards in pieces: speech to the ear, and no words."""
        made = self._voice(samples, rng)
        if rng.random() < 0.5:
            made = made + self._voice(samples, rng) * np.float32(rng.uniform(0.2, 1))
        piece = int(rng.uniform(0.08, 0.4) * RATE)
        pieces = [made[at : at + piece][::-1] for at in range(0, len(made), piece)]
        return np.concatenate(pieces).astype(np.float32)

    def _crumbs(self, samples: int, rng: np.random.Generator) -> Samples:
        """Grains of a voice, thrown about."""
        source, grain = self._voice(samples, rng), int(rng.uniform(0.02, 0.15) * RATE)
        made = np.zeros(samples + grain, np.float32)
        shape = np.hanning(grain).astype(np.float32)
        for begin in rng.integers(0, samples, int(samples / grain * rng.uniform(0.5, 3))):
            first = int(rng.integers(samples - grain))
            made[begin : begin + grain] += source[first : first + grain] * shape
        return made[:samples]


def _even(samples: Samples) -> Samples:
    return (samples / max(float(np.sqrt(np.mean(np.square(samples)))), 1e-6)).astype(np.float32)
