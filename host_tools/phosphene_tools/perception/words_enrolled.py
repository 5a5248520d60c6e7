# SPDX-License-Identifier: Apache-2.0
"""How well a word is heard that was only typed: four words that nobody trained, said by people nobody trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from phosphene_tools.perception.counting import share, shares
from phosphene_tools.perception.speech_stores import FOLDS, Clip, heard, texts, without
from phosphene_tools.perception.spoken import enrol_typed
from phosphene_tools.perception.words_real import people

WORDS: Final = ("computer", "jarvis", "snowboy", "alexa")
UNLIKE: Final = (
    *("commuter", "compute", "service", "travis", "snowball", "no boy", "election", "relax", "window", "water"),
    *("garden", "number", "yellow", "music", "weather", "thank you", "good morning", "what is that"),
)


def enrolled(data: Path) -> dict[str, Any]:
    """Return how many of the recordings of four enrolled words give that word, and how often others give one.

    Each word is enrolled from synthetic voices, in the network that never heard the person who says it.
    """
    right: list[tuple[str, bool]] = []
    false: list[bool] = []
    for fold in range(FOLDS):
        hearing = without(fold)
        for word in WORDS:
            enrol_typed(hearing, word, (*UNLIKE, *(other for other in WORDS if other != word)))
        for clip in people(data, fold):
            if clip.group == "unknown" and not clip.words:
                said = set(texts(heard(hearing, clip.samples))) & set(WORDS)
                wanted = _of(clip)
                if wanted:
                    right.append((wanted, said == {wanted}))
                else:
                    false.append(bool(said))
    return share(sum(ok for _, ok in right), len(right)) | {
        "by_word": shares(right),
        "other_words_taken_for_one": share(sum(false), len(false)),
    }


def _of(clip: Clip) -> str:
    return next((word for word in WORDS if f"/{word}/" in clip.speaker), "")
