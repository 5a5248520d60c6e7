# SPDX-License-Identifier: Apache-2.0
"""The speech engine, behind one protocol: eSpeak NG, in a worker.

Rules turn letters and digits into sound there, no network does: what it reads out as a number is the number that it was
given, at any length and on any day.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from phosphene.sound.errors import SoundError
from phosphene.sound.fed_worker import FedWorker
from phosphene.sound.samples import RATE_HZ, Samples

COMMAND: Final = (sys.executable, "-I", str(Path(__file__).with_name("speech_worker.py")))
"""How the worker is started."""
LONGEST: Final = 2_000
"""Characters of one sentence; a scene has no more."""

_CURE: Final = "pip install phosphene[speech], or install your system's espeak-ng"
_SAY_S: Final = 1.0
_LENGTH: Final = struct.Struct("<I")
_SILENT: Final = 64


class Speaks(Protocol):
    """A speech engine. It blocks, so it is used off the loop."""

    @property
    def name(self) -> str:
        """Engine and version, once it is open."""
        ...

    def open(self) -> None:
        """Get ready to speak. Raises SoundError."""
        ...

    def say(self, text: str) -> Samples:
        """Return the sound of `text`. Raises SoundError when it fails or takes longer than a second; it must be opened
        again then.
        """
        ...

    def close(self) -> None:
        """End it. May be called more than once."""
        ...


class Espeak:
    """eSpeak NG. `voice` is one of `espeak-ng --voices`; 160 words a minute leave time to follow a number."""

    def __init__(
        self, voice: str = "en-us", *, words_per_minute: int = 160, command: tuple[str, ...] = COMMAND
    ) -> None:
        self.name = "eSpeak NG"
        self._wanted = {"voice": voice, "words_per_minute": words_per_minute}
        self._worker = FedWorker("speech engine", command, _CURE)

    def open(self) -> None:
        told = self._worker.start(self._wanted)
        if told["rate_hz"] != RATE_HZ:
            self._worker.close()
            rate = f"its voice has {told['rate_hz']} samples per second, not {RATE_HZ}"
            raise SoundError(rate, place="speech engine", cure="use a voice of eSpeak NG's own, such as en-us")
        self.name = str(told["name"])

    def say(self, text: str) -> Samples:
        if len(text) > LONGEST:
            raise SoundError(f"{len(text)} characters in one sentence", place="speech engine", cure="split it")
        data = text.encode()
        try:
            self._worker.feed(_LENGTH.pack(len(data)) + data)
            record = self._worker.block(_SAY_S)
            if record is None:
                raise SoundError("it takes too long to speak", place="speech engine", cure="it is started again")
        except SoundError:
            # A late answer must not be taken for the next one's.
            self._worker.close()
            raise
        return _trimmed(np.frombuffer(record.body, np.int16))

    def close(self) -> None:
        self._worker.close()


def open_speech(spec: str) -> Espeak | None:
    """Return the engine that `spec` names, not yet opened: ``espeak``, ``espeak:VOICE``; None for ``none``, which
    leaves the chimes. Raises SoundError when it names none.
    """
    kind, _, voice = spec.strip().partition(":")
    if kind == "none" and not voice:
        return None
    if kind == "espeak":
        return Espeak(voice) if voice else Espeak()
    raise SoundError("this names no speech engine", place=repr(spec), cure="use espeak, espeak:VOICE or none")


def _trimmed(samples: Samples) -> Samples:
    """Without the silence around it, during which the device would count as speaking."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _SILENT)
    return samples[loud[0] : loud[-1] + 1] if loud.size else samples[:0]
