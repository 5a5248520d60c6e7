# SPDX-License-Identifier: Apache-2.0
"""Single words of real people, each heard by a network that never heard that person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from phosphene.perception.audio.hearing import Hearing
from phosphene_tools.perception.counting import share, shares, worst
from phosphene_tools.perception.speech_stores import FOLDS, Clip, heard, stores, texts, without

TWELVE: Final = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go", "open", "close")
DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_LEAST: Final = 8
_NOISE_ONLY: Final = 12_000


def commands(data: Path, snr_db: float | None) -> dict[str, Any]:
    """Return how many of the twelve words, other words and silences are told apart; only the twelve are expected.

    Right is: of the twelve, that word and nothing else; of anything else, nothing.
    """
    from recipes.speech.channel import at_snr
    from recipes.speech.unheard_noise import UnheardNoise

    results: list[tuple[Clip, bool]] = []
    for fold in range(FOLDS):
        hearing = without(fold)
        hearing.expect(words=TWELVE)
        noise = None if snr_db is None else UnheardNoise(stores())
        rng = np.random.default_rng((9, fold))
        for clip in people(data, fold):
            if clip.group == "digits":
                continue
            samples = clip.samples
            if noise is not None and snr_db is not None:
                # Noise doesn't begin with the word.
                samples = np.pad(samples, _NOISE_ONLY)
                samples = at_snr(samples, noise.draw(len(samples), rng), snr_db)
            wanted = tuple(word for word in clip.words if word in TWELVE)
            results.append((clip, texts(heard(hearing, samples)) == wanted))
    return summary(results) | {
        "twelve": share(*_count(right for clip, right in results if set(clip.words) & set(TWELVE))),
        "unknown": share(*_count(right for clip, right in results if clip.group == "unknown")),
        "silence": share(*_count(right for clip, right in results if clip.group == "silence")),
        "folds": "speaker-disjoint, 3",
    }


def digits(data: Path) -> dict[str, Any]:
    """Return how many spoken digits are right, where a digit is expected, and where anything may come."""
    bound: list[tuple[Clip, bool]] = []
    free: list[tuple[Clip, bool]] = []
    for fold in range(FOLDS):
        hearing = without(fold)
        for clip in people(data, fold):
            if clip.group != "digits":
                continue
            hearing.expect(grammar=[f"({'|'.join(DIGITS)})"])
            bound.append((clip, texts(heard(hearing, clip.samples)) == clip.words))
            hearing.expect()
            free.append((clip, texts(heard(hearing, clip.samples)) == clip.words))
    return summary(bound) | {"anything_expected": summary(free)["value"]}


def own(folder: Path, hearing: Hearing) -> dict[str, Any]:
    """Return the figures for a reader's own recordings, `folder/WORD/*.wav|flac`; other names must give nothing."""
    from recipes.speech.recordings import folder_of_words, load

    results: list[tuple[Clip, bool]] = []
    for recording in folder_of_words(folder):
        words = () if recording.word is None else (recording.word,)
        clip = Clip(load(recording), words, recording.label, recording.kind)
        results.append((clip, texts(heard(hearing, clip.samples)) == words))
    by_word = shares((clip.speaker, right) for clip, right in results)
    return share(*_count(right for _, right in results)) | {
        "words": share(*_count(right for clip, right in results if clip.words)),
        "others": share(*_count(right for clip, right in results if not clip.words)),
        "by_word": by_word,
    }


def summary(results: Sequence[tuple[Clip, bool]]) -> dict[str, Any]:
    """Return the share that is right with its interval, and the worst speaker of those who said enough."""
    by_speaker = shares((clip.speaker, right) for clip, right in results if clip.words)
    enough = {name: row for name, row in by_speaker.items() if row["n"] >= _LEAST}
    return share(*_count(right for _, right in results)) | {"worst_speaker": worst(enough) if enough else None}


def _count(results: Iterable[bool]) -> tuple[int, int]:
    listed = list(results)
    return sum(listed), len(listed)


def people(data: Path, fold: int) -> Iterator[Clip]:
    """Yield a fold's recordings of single words, other words and silence; talk isn't among them."""
    from recipes.speech.recordings import load, read_recordings

    for recording in read_recordings(data):
        if recording.fold == fold and recording.kind != "talk":
            words = () if recording.word is None else (recording.word,)
            group = "digits" if recording.set == "spoken-digits" else recording.kind
            group = "unknown" if group == "word" and recording.word not in TWELVE else group
            yield Clip(load(recording), words, recording.speaker, group)
