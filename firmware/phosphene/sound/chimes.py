# SPDX-License-Identifier: Apache-2.0
"""Short sounds that tell a state without words. Each has a rhythm of its own, so that they stay distinct for an ear
that hears no pitch, and through a small speaker.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Final

import numpy as np

from phosphene.sound.samples import FULL_SCALE, RATE_HZ, Samples

PEAK: Final = 0.4
"""Of full scale: no chime is louder, except for the alarm."""
ALARM_PEAK: Final = 0.8


class Chime(StrEnum):
    """What a chime tells."""

    LISTENING = "listening"
    UNDERSTOOD = "understood"
    CONFIRM = "confirm"
    """An answer is expected before anything is done."""
    DONE = "done"
    REFUSED = "refused"
    ALARM = "alarm"
    LOST_BOARD = "lost board"
    RESET_BOARD = "reset board"
    DEAF = "deaf microphone"
    BLIND = "blind camera"
    OVERLOADED = "overloaded"
    STALLED = "stalled accelerator"
    MUTED = "muted"
    BACK = "back again"


# Each note: where it begins and how long it is, in ms, and its pitch in Hz. Low enough for ears that have lost their
# highs, high enough for a speaker of two centimetres.
_NOTES: Final[dict[Chime, tuple[tuple[int, int, float], ...]]] = {
    Chime.LISTENING: ((0, 80, 587.3), (100, 220, 880.0)),
    Chime.UNDERSTOOD: ((0, 100, 880.0),),
    Chime.CONFIRM: ((0, 150, 587.3), (200, 150, 587.3), (400, 240, 784.0)),
    Chime.DONE: ((0, 240, 523.3), (270, 80, 659.3), (370, 240, 784.0)),
    Chime.REFUSED: ((0, 240, 440.0), (300, 400, 311.1)),
    Chime.ALARM: ((0, 90, 988.0), (120, 90, 740.0), (240, 90, 988.0), (480, 90, 988.0), (600, 240, 740.0)),
    Chime.LOST_BOARD: ((0, 130, 784.0), (160, 130, 659.3), (320, 130, 523.3), (480, 400, 392.0)),
    Chime.RESET_BOARD: ((0, 280, 523.3), (310, 60, 392.0), (390, 60, 392.0), (470, 280, 523.3)),
    Chime.DEAF: ((0, 90, 440.0), (120, 90, 440.0), (560, 200, 349.2)),
    Chime.BLIND: ((0, 200, 440.0), (460, 90, 349.2), (580, 90, 349.2)),
    Chime.OVERLOADED: ((0, 70, 392.0), (220, 70, 415.3), (440, 70, 392.0), (660, 70, 415.3), (880, 70, 392.0)),
    Chime.STALLED: ((0, 700, 392.0),),
    Chime.MUTED: ((0, 60, 587.3), (170, 330, 392.0)),
    Chime.BACK: ((0, 70, 392.0), (90, 70, 523.3), (180, 70, 659.3), (400, 320, 784.0)),
}
# How strong the fundamental and its overtones are: a plain tone is hard to tell the direction of.
_PARTIALS: Final = (1.0, 0.35, 0.12)
_ATTACK_S: Final = 0.006
_RELEASE_S: Final = 0.015
# A struck bar fades to a third in so long.
_DECAY_S: Final = 0.35


@cache
def wave(chime: Chime) -> Samples:
    """Return the chime as int16 [n], mono, at RATE_HZ, the same at every call; it can't be written to."""
    notes = _NOTES[chime]
    whole = np.zeros(round(max(start + length for start, length, _ in notes) / 1000 * RATE_HZ), np.float64)
    for start_ms, length_ms, hertz in notes:
        start, length = round(start_ms / 1000 * RATE_HZ), round(length_ms / 1000 * RATE_HZ)
        t = np.arange(length) / RATE_HZ
        note = sum(part * np.sin(2 * np.pi * hertz * (n + 1) * t) for n, part in enumerate(_PARTIALS))
        rise = np.minimum(t / _ATTACK_S, 1.0)
        fall = np.minimum((t[-1] - t) / _RELEASE_S, 1.0)
        whole[start : start + length] += note * np.exp(-t / _DECAY_S) * np.minimum(rise, fall)
    whole *= (ALARM_PEAK if chime is Chime.ALARM else PEAK) / np.abs(whole).max()
    samples = np.rint(whole * FULL_SCALE).astype(np.int16)
    samples.setflags(write=False)
    return samples
