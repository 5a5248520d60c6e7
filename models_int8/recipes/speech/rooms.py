# SPDX-License-Identifier: Apache-2.0
"""Rooms and microphones, drawn at random: impulse responses and frequency responses that never were measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recipes.speech.sound import RATE, Samples


def draw_room(rng: np.random.Generator) -> Samples:
    """Return an impulse response at 16 kHz: the direct sound at 0, early reflections, a tail that darkens as it dies.

    The reverberation time is 0.1 to 0.6 s, the tail 6 to 24 dB below the direct sound.
    """
    decay = rng.uniform(0.1, 0.6)
    length = int(min(decay, 0.4) * RATE)
    at = np.arange(length) / RATE
    tail = rng.standard_normal(length) * 10 ** (-3 * at / decay)
    dark = np.convolve(tail, np.full(6, 1 / 6), "same")
    mix = np.clip(at / (decay / 2), 0, 1)
    response = (1 - mix) * tail + mix * dark
    response[: RATE // 400] = 0
    response *= 10 ** (rng.uniform(-24, -6) / 20) / max(float(np.sqrt(np.sum(response**2))), 1e-9)
    early = rng.integers(RATE // 500, RATE // 40, rng.integers(2, 7))
    np.add.at(response, early, rng.uniform(-0.4, 0.4, len(early)))
    response[0] = 1.0
    return response.astype(np.float32)


def draw_microphone(rng: np.random.Generator, bins: int) -> NDArray[np.float32]:
    """Return a microphone's gain at `bins` frequencies from 0 to 8 kHz: a smooth curve of some dB, and a high-pass."""
    frequency = np.linspace(0, RATE / 2, bins)
    knots = np.geomspace(60, 8000, 8)
    curve = np.interp(np.log(np.maximum(frequency, 40)), np.log(knots), rng.normal(0, rng.uniform(0.5, 5), 8))
    cut = rng.uniform(20, 250)
    high_pass = 1 / (1 + (cut / np.maximum(frequency, 1)) ** (2 * rng.integers(1, 4)))
    return (10 ** (curve / 20) * np.sqrt(high_pass)).astype(np.float32)


def band_limit(bins: int, edge_hz: float, width_hz: float) -> NDArray[np.float32]:
    """Return a low-pass at `bins` frequencies, 0 to 8 kHz: it falls from 1 to 0 over `width_hz` below `edge_hz`."""
    frequency = np.linspace(0, RATE / 2, bins)
    part = np.clip((edge_hz - frequency) / max(width_hz, 1.0), 0, 1)
    return (0.5 - 0.5 * np.cos(np.pi * part)).astype(np.float32)
