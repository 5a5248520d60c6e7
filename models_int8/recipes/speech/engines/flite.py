# SPDX-License-Identifier: Apache-2.0
"""Flite (Debian `flite`), the engine held out: recorded diphones (kal16) and statistical voices (awb, rms, slt).

Its voices come from recordings of four people, by other methods than any training voice: no formant synthesis, no
Kokoro. So what the network makes of them shows how it fares on an engine it never met.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import Final

import numpy as np

from recipes.speech.engines import Spoken
from recipes.speech.sound import resample

# The middle of each voice's pitch in Hz.
VOICES: Final = {"awb": 128, "kal16": 105, "rms": 97, "slt": 180}


class Flite:
    """Starts the program once for each text; a voice is `name/stretch/pitch in Hz`."""

    def __init__(self) -> None:
        found = shutil.which("flite")
        if found is None:
            raise OSError("there is no program flite")
        self._program = found

    def draw_voice(self, rng: np.random.Generator) -> str:
        """Return one of the four people, at a pace and a pitch near their own."""
        name = str(rng.choice(list(VOICES)))
        return f"{name}/{rng.uniform(0.85, 1.25):.2f}/{VOICES[name] * rng.uniform(0.9, 1.12):.0f}"

    def speak(self, text: str, voice: str) -> Spoken:
        """Say `text`; no times."""
        name, stretch, pitch = voice.split("/")
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "said.wav"
            settings = ["--setf", f"duration_stretch={stretch}", "--setf", f"int_f0_target_mean={pitch}"]
            subprocess.run([self._program, "-voice", name, *settings, "-t", text, "-o", str(made)], check=True)
            with wave.open(str(made)) as file:
                samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
                return Spoken(resample(samples.astype(np.float32), file.getframerate()))


def open_engine() -> Flite:
    """Find the program; raises OSError when it is not installed."""
    return Flite()
