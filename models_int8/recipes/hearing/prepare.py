# SPDX-License-Identifier: Apache-2.0
"""Makes what the recipe listens to: real recordings at 16 kHz, and the synthetic voices that say the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from recipes.speech.grammar import sentences
from recipes.speech.recordings import make_store
from recipes.speech.voices import make

# Engine, kind, and how many voices (words, misses) or clips (the others).
VOICES: Final = (
    *(("espeak", "words", 100), ("espeak", "misses", 20), ("espeak", "commands", 2500), ("espeak", "loose", 800)),
    *(("espeak", "talk", 1000), ("hibari", "words", 50), ("hibari", "misses", 15), ("hibari", "commands", 3000)),
    *(("hibari", "loose", 2500), ("hibari", "talk", 2000), ("kokoro", "loose", 1319)),
)
SAYINGS: Final = Path("/usr/share/games/fortunes")


def prepare(data: Path, speech: Path, seed: int) -> None:
    """Fill the folder `speech`; what is there already stays. Hours of one core the first time.

    Raises PhospheneError when the recordings or a voice's engine are missing.
    """
    if not (speech / "real" / "index.jsonl").exists():
        make_store(data, speech)
    talk = sentences(SAYINGS, held_out=False) if SAYINGS.is_dir() else []
    for engine, kind, count in VOICES:
        if not (speech / f"{engine}-{kind}" / "index.jsonl").exists():
            make(speech, engine, kind, count, seed=seed, sentences=talk)
