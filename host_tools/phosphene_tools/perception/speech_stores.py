# SPDX-License-Identifier: Apache-2.0
"""Where the report finds what it listens to, and one way for all of it to be heard."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.line.dictionary import Dictionary
from phosphene.models import folder
from phosphene.perception.audio.hearing import Hearing
from phosphene.perception.audio.hops import HOP
from phosphene.perception.percepts import Word
from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.places import coprocessor

Samples = NDArray[np.float32]

FOLDS: Final = 3
_QUIET_S: Final = 0.96


def recipes_importable() -> None:
    """Let `recipes.speech` be imported, which lies beside the models and not in a package."""
    place = str(folder())
    if place not in sys.path:
        sys.path.insert(0, place)


def stores() -> Path:
    """Return the folder of synthetic and packaged speech, which `phosphene models build hearing` fills."""
    return folder().parent / "build" / "models" / "hearing" / "speech"


def shipped() -> Hearing:
    """Return hearing as it comes with Phosphene."""
    return Hearing.load()


def without(fold: int) -> Hearing:
    """Return the hearing whose training had nobody of this fold."""
    return Hearing.load(folder=folder() / "hearing" / "folds" / str(fold))


def own_names() -> tuple[str, ...]:
    """Return what the firmware's own tasks are called."""
    tasks = Dictionary.parse(build_dictionary(coprocessor())[0]).tasks
    return tuple(name for task in tasks for name in task.says)


@dataclass(frozen=True, slots=True)
class Clip:
    """Samples at 16 kHz, full scale 1, and the vocabulary words in them in order; `speaker` and `group` are names."""

    samples: Samples
    words: tuple[str, ...]
    speaker: str
    group: str


def heard(hearing: Hearing, samples: Samples) -> list[Word]:
    """Return the words that are committed in a clip with a second of silence before it and two behind it, from a fresh
    start: a word is committed about a second after its end.
    """
    quiet = np.zeros(int(_QUIET_S * RATE_HZ), np.int16)
    whole = np.concatenate([quiet, as_int16(samples), quiet, quiet])
    whole = np.concatenate([whole, np.zeros(-whole.size % HOP, np.int16)])
    hearing.reset()
    return list(committed(hearing, whole))


def committed(hearing: Hearing, samples: NDArray[np.int16]) -> Iterator[Word]:
    """Yield committed words of a stream as they come; its first sample is at 0 s."""
    for at in range(0, samples.size, HOP):
        for one in hearing.hear(Sound(samples[at : at + HOP], at / RATE_HZ)):
            yield from (word for word in one.words if word.committed)


def as_int16(samples: Samples) -> NDArray[np.int16]:
    """Return samples as a microphone would give them."""
    return np.clip(np.round(samples * 32767), -32768, 32767).astype(np.int16)


def texts(words: Iterable[Word]) -> tuple[str, ...]:
    """Return what the words say."""
    return tuple(word.text for word in words)


Say = Callable[[str], None]
