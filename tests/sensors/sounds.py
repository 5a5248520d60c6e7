# SPDX-License-Identifier: Apache-2.0
"""Sound for the tests: noise-like speech, files of it, and how alike two waves are."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene.sensors.protocol import Microphone


def babble(rate_hz: int, seconds: float, seed: int = 1) -> NDArray[np.int16]:
    """Return noise below 5 kHz that swells and fades like syllables, int16, the same curve at every rate."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    tones = 150
    frequencies, phases = rng.uniform(120, min(5000, 0.4 * rate_hz), tones), rng.uniform(0, 2 * np.pi, tones)
    wave_ = np.zeros(t.size)
    for frequency, phase in zip(frequencies, phases, strict=True):
        wave_ += np.sin(2 * np.pi * frequency * t + phase)
    wave_ *= 0.5 + 0.5 * np.sin(2 * np.pi * 3 * t)
    return np.rint(wave_ / np.abs(wave_).max() * 20_000).astype(np.int16)


def write_wav(path: Path, samples: NDArray[np.int16], rate_hz: int, *, width: int = 2, channels: int = 1) -> Path:
    """Write samples [n] or [n, channels] as PCM of `width` bytes."""
    wide = samples.astype(np.int64).reshape(-1)
    if width == 1:
        data = ((wide >> 8) + 128).astype(np.uint8).tobytes()
    else:
        shifted = (wide << (8 * (width - 2))).astype("<i8")
        data = shifted.view(np.uint8).reshape(-1, 8)[:, :width].tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(data)
    return path


def read_all(source: Microphone) -> list[Sound]:
    """Open a source that doesn't wait, and read it to its end."""
    source.open()
    blocks: list[Sound] = []
    try:
        while True:
            block = source.read(5.0)
            if block is not None:
                blocks.append(block)
    except EOFError:
        return blocks
    finally:
        source.close()


def joined(blocks: list[Sound]) -> NDArray[np.int16]:
    """Return the samples of blocks, one after the other."""
    return np.concatenate([block.samples for block in blocks])


def likeness(a: NDArray[np.int16], b: NDArray[np.int16]) -> float:
    """Return the correlation of two waves of about the same length, sample by sample."""
    size = min(a.size, b.size)
    assert size > RATE_HZ // 10, "too little sound to compare"
    return float(np.corrcoef(a[:size].astype(float), b[:size].astype(float))[0, 1])
