# SPDX-License-Identifier: Apache-2.0
"""Hibari (PyPI `hibari-tts`, Apache-2.0): a small neural voice, turned into many by its own parameters.

Its network gives a spectrum and a pitch for each frame, so pitch and vocal-tract length are changed there, where it
costs nothing and leaves no artefact, rather than on the samples.
"""

from __future__ import annotations

import importlib
import zlib
from typing import Any

import numpy as np

from recipes.speech.engines import Spoken
from recipes.speech.sound import resample


class HibariVoices:
    """A voice is `speed/pitch/tract/range`: factors of pace, pitch, formants and intonation."""

    def __init__(self) -> None:
        # Without stubs, and installed only where speech is made.
        self._engine: Any = importlib.import_module("hibari").Hibari()
        self._synth: Any = importlib.import_module("hibari.dsp").synth

    def draw_voice(self, rng: np.random.Generator) -> str:
        """Return a speaker drawn at random: a low voice goes with a long vocal tract, mostly."""
        tract = rng.uniform(0.80, 1.14)
        pitch = np.clip(2.2 ** ((tract - 1.0) / 0.2) * rng.uniform(0.82, 1.22), 0.42, 1.5)
        return f"{rng.uniform(0.8, 1.3):.2f}/{pitch:.2f}/{tract:.2f}/{rng.uniform(0.5, 1.4):.2f}"

    def phonemes(self, text: str) -> str:
        """Return the text in the alphabet of this engine and of Kokoro."""
        return " ".join(self._engine.phonemize(text))

    def ids(self, phonemes: str) -> list[int]:
        """Return the numbers of the phonemes with a pad at each end."""
        return list(self._engine.ids(phonemes))

    def speak(self, text: str, voice: str) -> Spoken:
        """Say `text`; this engine tells no times."""
        speed, pitch, tract, spread = (float(part) for part in voice.split("/"))
        feed = {
            "ids": np.asarray([self.ids(self.phonemes(text))], np.int64),
            "speed": np.asarray([speed], np.float32),
        }
        harmonic, turn, noise, rest, phase, f0 = (out[0] for out in self._engine.sess.run(None, feed))
        voiced = f0 > 40
        middle = float(np.median(f0[voiced])) if voiced.any() else 0.0
        f0 = np.where(voiced, np.maximum(middle * pitch * (np.maximum(f0, 1) / max(middle, 1)) ** spread, 55), 0)
        bent = [_bend(part, tract) for part in (harmonic, turn, noise, rest)]
        rng = np.random.default_rng(zlib.crc32(f"{text}|{voice}".encode()))
        made = self._synth(bent[0], bent[1], bent[2], bent[3], phase, f0.astype(np.float32), rng)
        return Spoken(resample(np.asarray(made, np.float32) * 0.9, 24_000))


def _bend(spectrum: Any, factor: float) -> Any:
    """Move everything along the frequency axis [bins, frames] by `factor`, as another vocal tract's length does."""
    bins = np.arange(len(spectrum))
    source = np.clip(bins / factor, 0, len(spectrum) - 1)
    low = np.floor(source).astype(int)
    high = np.minimum(low + 1, len(spectrum) - 1)
    part = (source - low).astype(np.float32)[:, None]
    return np.ascontiguousarray(spectrum[low] * (1 - part) + spectrum[high] * part, dtype=np.float32)


def open_engine() -> HibariVoices:
    """Load the voice of the package."""
    return HibariVoices()
