# SPDX-License-Identifier: Apache-2.0
"""From what a person types, such as ``pyaudio:USB`` or ``wav:said.wav``, to a speaker."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Final

from phosphene.sound.errors import SoundError
from phosphene.sound.pyaudio_speaker import PyAudioSpeaker
from phosphene.sound.speaker import Speaker
from phosphene.sound.wav_speaker import WavSpeaker

SPEAKER_HELP: Final = "pyaudio, pyaudio:NAME, wav:FILE, none"


def open_speaker(spec: str) -> Speaker | None:
    """Return the speaker that `spec` names, not yet opened; None for ``none``. Raises SoundError when it names none.
    ``pyaudio:NAME@48000`` plays at that rate.
    """
    spec = spec.strip()
    if spec == "none":
        return None
    if found := re.fullmatch(r"pyaudio(?::(.*?))?(?:@([0-9]{4,6}))?", spec):
        return PyAudioSpeaker(found[1] or "", rate_hz=int(found[2]) if found[2] else None)
    kind, _, path = spec.partition(":")
    if kind == "wav" and path:
        return WavSpeaker(Path(path).expanduser())
    near = difflib.get_close_matches(spec, ("pyaudio", "wav:said.wav", "none"), 1, 0.5)
    cure = f"did you mean {near[0]}?" if near else f"use {SPEAKER_HELP}"
    raise SoundError("this names no speaker", place=repr(spec), cure=cure)
