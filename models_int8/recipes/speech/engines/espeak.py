# SPDX-License-Identifier: Apache-2.0
"""eSpeak NG through its library (Debian `libespeak-ng1`): formants, many variants, and when each word begins."""

from __future__ import annotations

import ctypes
import functools
from typing import Any, ClassVar, Final

import numpy as np

from phosphene.errors import PhospheneError
from recipes.speech.engines import Spoken
from recipes.speech.sound import resample, speech_span
from recipes.speech.store import Times

ACCENTS: Final = (
    *("en-us", "en-us", "en-us", "en", "en", "en-gb-x-rp", "en-gb-scotland"),
    *("en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029", "en-us-nyc"),
)
# Without the whispers, robots and monsters: no person sounds like those.
VARIANTS: Final = (
    *("Alex", "Alicia", "Andrea", "Andy", "Annie", "Denis", "Diogo", "Gene", "Gene2", "Henrique", "Hugo", "Jacky"),
    *("Lee", "Marco", "Mario", "Michael", "Mike", "Nguyen", "Storm", "adam", "anika", "antonio", "aunty", "belinda"),
    *("benjamin", "boris", "caleb", "david", "ed", "edward", "edward2", "f1", "f2", "f3", "f4", "f5", "grandma"),
    *("grandpa", "gustave", "iven", "iven2", "iven3", "iven4", "john", "klatt", "klatt2", "klatt3"),
    *("klatt4", "klatt5", "klatt6", "linda", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "marcelo", "max"),
    *("michel", "miguel", "norbert", "pablo", "paul", "pedro", "quincy", "rob", "robert", "sandro", "shelby"),
    *("steph", "steph2", "steph3", "travis", "victor", "zac"),
)
_RETRIEVE, _RATE, _PITCH, _RANGE = 1, 1, 3, 4
_UTF8 = 1
_WORD_EVENT, _END_EVENT = 1, 0


class _Event(ctypes.Structure):
    # espeak_EVENT of speak_lib.h; the last member is a union of 8 bytes.
    _fields_: ClassVar = [
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("number", ctypes.c_longlong),
    ]


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    """One library, one thread; a voice is `accent+variant/rate/pitch/range`."""

    def __init__(self) -> None:
        self._library: Any = ctypes.CDLL("libespeak-ng.so.1")
        self._rate = int(self._library.espeak_Initialize(_RETRIEVE, 500, None, 0))
        if self._rate <= 0:
            raise OSError("espeak_Initialize failed; is its data installed (Debian espeak-ng-data)?")
        self._blocks: list[np.ndarray[Any, np.dtype[np.int16]]] = []
        self._starts: list[float] = []
        self._callback = _CALLBACK(self._hear)  # kept, or the library calls freed memory
        self._library.espeak_SetSynthCallback(self._callback)

    def draw_voice(self, rng: np.random.Generator) -> str:
        """Return accent, variant, words a minute, pitch and intonation range drawn at random."""
        accent, variant = rng.choice(ACCENTS), rng.choice(VARIANTS)
        return f"{accent}+{variant}/{rng.integers(120, 210)}/{rng.integers(25, 76)}/{rng.integers(25, 76)}"

    def speak(self, text: str, voice: str) -> Spoken:
        """Say `text`; the times are None where the library joined words ("of the")."""
        name, rate, pitch, spread = voice.split("/")
        if self._library.espeak_SetVoiceByName(name.encode()) != 0:
            raise PhospheneError(f"eSpeak has no voice {name}", place="espeak", cure="install espeak-ng-data")
        for setting, value in ((_RATE, rate), (_PITCH, pitch), (_RANGE, spread)):
            self._library.espeak_SetParameter(setting, int(value), 0)
        self._blocks, self._starts = [], []
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, 1, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)
        made = resample((samples / 32768).astype(np.float32), self._rate)
        return Spoken(made, _times(self._starts, len(text.split()), speech_span(made, 45.0)[1] / 16_000))

    def _hear(self, wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            self._blocks.append(np.ctypeslib.as_array(wave, (count,)).copy())
        number = 0
        while events[number].type != _END_EVENT:
            if events[number].type == _WORD_EVENT:
                self._starts.append(events[number].audio_position / 1000)
            number += 1
        return 0


def _times(starts: list[float], words: int, end: float) -> Times | None:
    if len(starts) != words or any(a >= b for a, b in zip(starts, [*starts[1:], end], strict=True)):
        return None
    return tuple(zip(starts, [*starts[1:], end], strict=True))


@functools.cache
def open_engine() -> Espeak:
    """Load the library; raises OSError when it is not installed.

    There is one for the whole process: initialised a second time, the library waits for itself within a few sentences.
    """
    return Espeak()
