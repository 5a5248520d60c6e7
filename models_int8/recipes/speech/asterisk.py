# SPDX-License-Identifier: Apache-2.0
"""The English prompts of the Asterisk exchange (Debian `asterisk-core-sounds-en-wav`): one professional speaker, 8 kHz.

For the test only: no training, no threshold. The package comes with what is said in each file; a prompt that says one
vocabulary word and nothing else is of kind `words`, any other is `talk`.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from phosphene.errors import PhospheneError
from recipes.speech.packages import read
from recipes.speech.sound import RATE, Samples, speech_span
from recipes.speech.store import Clip
from recipes.speech.texts import mark

SOUNDS: Final = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
TEXTS: Final = Path("/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz")
_DIGITS: Final = re.compile(r"\d")


def prompts(sounds: Path = SOUNDS, texts: Path = TEXTS) -> Iterator[tuple[Clip, Samples]]:
    """Yield every prompt that speaks, with its words; raises PhospheneError where the package isn't installed."""
    try:
        listed = gzip.decompress(texts.read_bytes()).decode(errors="replace")
    except OSError as error:
        raise PhospheneError("no prompts", place=str(texts), cure="install asterisk-core-sounds-en-wav") from error
    for line in listed.splitlines():
        name, _, text = line.partition(":")
        place = sounds / f"{name.strip()}.wav"
        text = " ".join(text.split()).strip(" .!,")
        # Notes in brackets say what a tone or a silence is; digits may be read in more than one way.
        if line.startswith(";") or not text or text[0] in "[(<" or _DIGITS.search(text) or not place.is_file():
            continue
        samples = read(place)
        words, _ = mark(text)
        alone = len(words) == 1 and words[0] is not None
        begin, end = (at / RATE for at in speech_span(samples, 30.0))
        times = ((begin, end),) if alone else None
        kind = "words" if alone else "talk"
        yield Clip(f"asterisk/{name.strip()}", kind, text, words, times, "asterisk", "allison", "test"), samples
