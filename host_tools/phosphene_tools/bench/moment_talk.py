# SPDX-License-Identifier: Apache-2.0
"""What is said to the device that is measured: commands of whole words, each at a place on the tape that is known."""

from __future__ import annotations

import itertools
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import RATE_HZ
from phosphene.sensors.resample import Resampler
from phosphene.sound.samples import RATE_HZ as SPEECH_HZ
from phosphene.sound.speech import Espeak

Samples = NDArray[np.int16]

LINES: Final = (
    "set timer five minutes",
    "what time is it",
    "calculate twelve times seven",
    "light on",
    "start stopwatch",
    "how long",
    "cancel timer",
    "convert twenty minutes",
    "switch fan off",
    "stop",
)
VOICES: Final = ("en-us", "en-gb-x-rp", "en-us+f3", "en-gb-scotland")
QUIET_S: Final = 3.0
"""Before the first word: the device is still beginning."""
SLOT_S: Final = 5.0
"""From the beginning of one line to that of the next: said, heard to its end, answered, touched twice."""
_GAP_S: Final = (0.05, 0.12)
"""Between two words, as in fluent speech."""
_SPEECH, _ROOM = 6000.0, 12.0
"""Root mean squares of a word and of the room's noise, in steps of int16."""


@dataclass(frozen=True, slots=True)
class Said:
    """A word, and when its first and after its last sample, in seconds on the tape."""

    text: str
    begin_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Talk:
    """A tape: int16 [n], mono, at RATE_HZ; its words, and when each line ends."""

    samples: Samples
    words: tuple[Said, ...]
    line_ends_s: tuple[float, ...]

    def write(self, path: Path) -> None:
        """Write it as a WAV file."""
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(self.samples.astype("<i2").tobytes())


def talk(seconds: float, seed: int = 1, speakers: Sequence[str] = VOICES, lines: Sequence[str] = LINES) -> Talk:
    """Return a tape of `seconds` on which `lines` are said in turn, each next time by another voice.

    Raises SoundError where no speech engine is installed.
    """
    rng = np.random.default_rng(seed)
    sound = rng.normal(0.0, _ROOM, round(seconds * RATE_HZ))
    words: list[Said] = []
    ends: list[float] = []
    voices = _Voices()
    try:
        for number, (voice, line) in enumerate(_lines(speakers, lines)):
            at = round((QUIET_S + number * SLOT_S) * RATE_HZ)
            if at + round(SLOT_S * RATE_HZ) > sound.size:
                break
            for text in line.split():
                spoken = voices.say(voice, text)
                sound[at : at + spoken.size] += spoken
                end = at + spoken.size
                words.append(Said(text, at / RATE_HZ, end / RATE_HZ))
                at = end + round(rng.uniform(*_GAP_S) * RATE_HZ)
            ends.append(words[-1].end_s)
    finally:
        voices.close()
    return Talk(np.clip(np.rint(sound), -32768, 32767).astype(np.int16), tuple(words), tuple(ends))


def _lines(speakers: Sequence[str], lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for turn in itertools.count():
        for line in lines:
            yield speakers[turn % len(speakers)], line


class _Voices:
    """Speech engines, opened when first spoken with; a word said once is kept."""

    def __init__(self) -> None:
        self._engines: dict[str, Espeak] = {}
        self._kept: dict[tuple[str, str], NDArray[np.float64]] = {}

    def say(self, voice: str, text: str) -> NDArray[np.float64]:
        """Return the word alone, at RATE_HZ, as loud as every other."""
        known = self._kept.get((voice, text))
        if known is not None:
            return known
        if voice not in self._engines:
            engine = Espeak(voice)
            engine.open()
            self._engines[voice] = engine
        resampler = Resampler(SPEECH_HZ)
        loud = self._engines[voice].say(text).astype(np.float32)
        said = np.concatenate([resampler.push(loud), resampler.flush()]).astype(np.float64)
        said *= _SPEECH / max(float(np.sqrt(np.mean(said**2))), 1.0)
        self._kept[voice, text] = said
        return said

    def close(self) -> None:
        for engine in self._engines.values():
            engine.close()
