# SPDX-License-Identifier: Apache-2.0
"""Hours of talk that isn't for the device, as streams: how often is a word heard that nobody said, or a task called?

Two sources, both for the test only: `packaged` (recorded talk in many languages, no word of it for the device) and
`synthetic` (sentences by the engine held out, some with vocabulary words, which are given with each stretch). A few
foreign words do sound like ours (Spanish "no", French "six", Dutch "is"): they count against the device all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from recipes.speech.sound import RATE, Samples, from_int16, level_db
from recipes.speech.store import Clips

SOURCES: Final = {"packaged": "babble", "synthetic": "flite-talk"}
_STREAM_S: Final = 60.0
_LEVEL_DB: Final = -26.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """One clip within a stream: begin and end in seconds, its text, and the vocabulary words in it."""

    begin: float
    end: float
    text: str
    words: tuple[str, ...]
    voice: str


@dataclass(frozen=True, slots=True)
class Stream:
    """About a minute of talk: float32 samples at 16 kHz and what lies where."""

    samples: Samples
    stretches: tuple[Stretch, ...]


def streams(folder: Path, source: str, *, seed: int = 0) -> Iterator[Stream]:
    """Yield all clips of a source, or of a store of that name, once, shuffled, with pauses of 0.15 to 1.2 s over a
    faint noise.
    """
    clips = Clips(folder / SOURCES.get(source, source))
    rng = np.random.default_rng([seed, len(clips)])
    parts: list[Samples] = []
    held: list[Stretch] = []
    at = 0
    for number in rng.permutation(len(clips)):
        clip, samples = clips.entries[number], from_int16(clips.samples(int(number)))
        pause = np.zeros(int(rng.uniform(0.15, 1.2) * RATE), np.float32)
        samples = samples * 10 ** ((_LEVEL_DB + rng.uniform(-6, 6) - level_db(samples)) / 20)
        parts += [pause, np.clip(samples, -1, 1)]
        begin = at + len(pause)
        at = begin + len(samples)
        words = tuple(word for word in clip.words if word is not None)
        held.append(Stretch(begin / RATE, at / RATE, clip.text, words, clip.voice))
        if at > _STREAM_S * RATE:
            yield _stream(parts, held, rng)
            parts, held, at = [], [], 0
    if parts:
        yield _stream(parts, held, rng)


def _stream(parts: list[Samples], held: list[Stretch], rng: np.random.Generator) -> Stream:
    samples = np.concatenate(parts)
    floor = rng.standard_normal(len(samples)).astype(np.float32) * 10 ** (rng.uniform(-75, -55) / 20)
    return Stream((samples + floor).astype(np.float32), tuple(held))


def hours(folder: Path, source: str) -> float:
    """Return how many hours of talk a source holds, pauses not counted."""
    return sum(clip.samples for clip in Clips(folder / SOURCES[source]).entries) / RATE / 3600
