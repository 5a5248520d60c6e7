# SPDX-License-Identifier: Apache-2.0
"""Noise for the test, of kinds that training never hears: music, keys, games' effects, foreign talk, rain.

The clips come from the stores `noise-test` and `babble` (`python -m recipes.speech.packages`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from recipes.speech.sound import RATE, Samples, from_int16
from recipes.speech.store import Clips

KINDS: Final = ("music", "keys", "effects", "foreign", "rain")


def rain(samples: int, rng: np.random.Generator) -> Samples:
    """Drops: thousands of short decaying bursts a second, each of its own pitch."""
    made = np.zeros(samples + RATE // 50)
    at = np.arange(RATE // 50) / RATE
    drops = [np.exp(-at * rng.uniform(200, 900)) * np.sin(2 * np.pi * rng.uniform(600, 7000) * at) for _ in range(32)]
    for begin in rng.integers(0, samples, int(samples / RATE * 900)):
        made[begin : begin + len(at)] += drops[int(rng.integers(32))] * rng.exponential(1.0)
    return made[:samples].astype(np.float32)


class UnheardNoise:
    """Draws one of `KINDS` evenly; `kind` restricts it to one."""

    def __init__(self, folder: Path, kind: str | None = None) -> None:
        self._noise, self._babble = Clips(folder / "noise-test"), Clips(folder / "babble")
        self._kinds = (kind,) if kind else KINDS
        self._of = {
            name: [number for number, clip in enumerate(self._noise.entries) if clip.voice == name] for name in KINDS
        }

    def draw(self, samples: int, rng: np.random.Generator) -> Samples:
        """Return noise of root mean square 1."""
        kind = str(rng.choice(self._kinds))
        if kind == "rain":
            made = rain(samples, rng)
        elif kind == "foreign":
            clips = range(len(self._babble))
            made = np.asarray(sum(self._row(self._babble, clips, samples, rng) for _ in range(5)), np.float32)
        else:
            made = self._row(self._noise, self._of[kind], samples, rng)
        return made / max(float(np.sqrt(np.mean(made**2))), 1e-6)

    @staticmethod
    def _row(clips: Clips, numbers: range | list[int], samples: int, rng: np.random.Generator) -> Samples:
        """Clips one after the other, at one level each, from a random place in the first."""
        parts: list[Samples] = []
        have = 0
        while have < samples:
            clip = from_int16(clips.samples(numbers[int(rng.integers(len(numbers)))]))
            clip = clip[int(rng.integers(max(1, len(clip) - samples))) if not parts else 0 :]
            power = float(np.sqrt(np.mean(clip**2)))
            if power > 1e-4:
                parts.append(clip / power)
                have += len(clip)
        return np.concatenate(parts)[:samples]
