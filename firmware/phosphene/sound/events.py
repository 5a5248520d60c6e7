# SPDX-License-Identifier: Apache-2.0
"""What happens to a device's sound, for the trace and the console."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from phosphene.sound.chimes import Chime


class Happening(StrEnum):
    """What can happen."""

    BEGAN = "began"  # to be heard
    ENDED = "ended"  # heard to its end
    CUT = "cut"  # something newer, or more urgent, took its place
    DROPPED = "dropped"  # never begun: too old, or its value would be
    GONE = "gone"  # the speaker
    BACK = "back"  # the speaker
    SPEECHLESS = "speechless"  # the speech engine: chimes only
    SPEAKS = "speaks"  # the speech engine


@dataclass(frozen=True, slots=True)
class SoundEvent:
    """`text` is the sentence, word for word as the engine gets it, or one line about the speaker or the engine; `chime`
    is the one before it. `time_s` is on the host's monotonic clock; for BEGAN it is when the first sample was handed to
    the speaker.
    """

    time_s: float
    happening: Happening
    text: str
    chime: Chime | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SoundStatus:
    """How the sound does now. `speaker` is its name, and `speaker_text` empty or what is wrong with it; `speech` is the
    engine's name, and `speech_text` empty or why there are only chimes.
    """

    speaker: str
    speaker_text: str
    speech: str
    speech_text: str
    speaking: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)
