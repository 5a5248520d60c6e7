# SPDX-License-Identifier: Apache-2.0
"""Names that hearing's network has no words for, enrolled from a few synthetic voices before it listens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio import Hearing
from phosphene.sensors.resample import Resampler
from phosphene.sound.errors import SoundError
from phosphene.sound.samples import RATE_HZ
from phosphene.sound.speech import Espeak

Clip = NDArray[np.float32]
VOICES: Final = ("en-us+Andy", "en-us+f3", "en-gb-x-rp+Alicia", "en-us+Henrique", "en-us+anika", "en-gb-scotland+Lee")
PACES: Final = (125, 165)
"""Words a minute."""
_UNLIKE: Final = ("what time is it", "set a timer for five minutes", "good morning", "kettle", "window", "and then")
_EACH: Final = 6
"""Of the network's own words every so-manieth is among those that a name must be nearer than."""


def enrol_names(hearing: Hearing, names: Sequence[str], tell: Callable[[str], None]) -> None:
    """Let `hearing` know those of `names` that have a word which it lacks; each is heard when it is said alone.

    `tell` gets a line: which they are, or the cure where there is no voice to say them and they can only be typed.
    """
    known = set(hearing.vocabulary)
    unknown = [name for name in names if not known.issuperset(name.lower().split())]
    if not unknown:
        return
    try:
        takes = [_said(unknown, voice, pace) for voice in VOICES for pace in PACES]
        said = {name: [take[at] for take in takes] for at, name in enumerate(unknown)}
        others = [clip for voice in VOICES[::3] for clip in _said([*_UNLIKE, *hearing.vocabulary[::_EACH]], voice, 145)]
    except SoundError as error:
        tell(f"{', '.join(map(repr, unknown))} can be typed, but not said: {error}")
        return
    hearing.enrol_all({name.lower(): clips for name, clips in said.items()}, others)
    tell(f"listens for {', '.join(map(repr, unknown))}, each said alone")


def _said(texts: Sequence[str], voice: str, pace: int) -> list[Clip]:
    """Return the texts in one voice, float32 at 16 kHz."""
    speech = Espeak(voice, words_per_minute=pace)
    speech.open()
    try:
        return [_resampled(speech.say(text).astype(np.float32) / np.float32(65536)) for text in texts]
    finally:
        speech.close()


def _resampled(samples: Clip) -> Clip:
    resampler = Resampler(RATE_HZ)
    return np.concatenate([resampler.push(samples), resampler.flush()]).astype(np.float32)
