# SPDX-License-Identifier: Apache-2.0
"""A typed word in several synthetic voices, by eSpeak NG: what enrolment starts from."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Sequence
from typing import Final

import numpy as np

from phosphene.errors import PhospheneError
from phosphene.perception.audio.hearing import Hearing
from phosphene_tools.perception.speech_stores import Samples

VOICES: Final = ("en-us+Andy", "en-us+f3", "en-gb-x-rp+Alicia", "en-us+Henrique", "en-us+anika", "en-gb-scotland+Lee")
PACES: Final = (125, 165)


def spoken(text: str) -> list[Samples]:
    """Return the text in every voice and pace; raises PhospheneError where eSpeak NG isn't installed."""
    from recipes.speech.sound import resample

    program = shutil.which("espeak-ng")
    if program is None:
        raise PhospheneError("there is no voice to say it", place="espeak-ng", cure="apt install espeak-ng")
    import soundfile

    found: list[Samples] = []
    for voice in VOICES:
        for pace in PACES:
            made = subprocess.run(
                [program, "-v", voice, "-s", str(pace), "--stdout", "--", text], capture_output=True, check=True
            )
            samples, rate = soundfile.read(io.BytesIO(made.stdout), dtype="float32")
            found.append(resample(np.asarray(samples, np.float32) * np.float32(0.5), int(rate)))
    return found


def enrol_typed(hearing: Hearing, word: str, unlike: Sequence[str]) -> None:
    """Let `hearing` know one word more from how it is written; `unlike` are words that it isn't."""
    hearing.enrol(word, spoken(word), [clip for other in unlike for clip in spoken(other)])
