# SPDX-License-Identifier: Apache-2.0
"""The speech engines, each in a module of its own and each behind the same two methods."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from phosphene.errors import PhospheneError
from recipes.speech.sound import Samples
from recipes.speech.store import Times

# flite is heard by no training and no threshold: the test's voices are an engine's that the network never met.
TRAINING = ("espeak", "hibari", "kokoro")
HELD_OUT = ("flite",)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an engine said: samples at 16 kHz, and the words' times in seconds where the engine tells them."""

    samples: Samples
    times: Times | None = None


class Engine(Protocol):
    """An engine draws voices at random and speaks with them."""

    def draw_voice(self, rng: np.random.Generator) -> str:
        """Return a voice with its settings, as text that `speak` understands and the index keeps."""
        ...

    def speak(self, text: str, voice: str) -> Spoken:
        """Say `text`; the same text and voice give the same samples."""
        ...


def open_engine(name: str) -> Engine:
    """Load an engine; raises PhospheneError that says what to install when it is not there."""
    if name not in TRAINING + HELD_OUT:
        known = ", ".join(TRAINING + HELD_OUT)
        raise PhospheneError(f"there is no engine {name!r}", place="recipes.speech.engines", cure=f"one of {known}")
    try:
        engine: Engine = importlib.import_module(f"recipes.speech.engines.{name}").open_engine()
    except (ImportError, OSError) as error:
        cure = f"recipes/speech/engines/{name}.py says what to install"
        raise PhospheneError(f"the engine {name} can't start: {error}", place=name, cure=cure) from error
    return engine
