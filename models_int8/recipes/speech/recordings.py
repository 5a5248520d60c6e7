# SPDX-License-Identifier: Apache-2.0
"""Indexes the real recordings of a data folder: who says which word, and in which of three folds a person is.

`python -m recipes.speech.recordings --data DIR --out DIR` puts all of them at 16 kHz into one store, `OUT/real`, with
the fold as the split (`fold0`…). DIR is laid out like this:

    audio-index.csv                       path,set,label,speaker,source,rate_hz,samples,peak,rms
    speech-commands/WORD/SPEAKER_*.flac   one-second words, and `_silence_`, which is noise
    open-close/, spoken-digits/           more words, with speakers
    wake-words/, intents/                 other talk, speakers unknown: never words
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from phosphene.errors import PhospheneError
from recipes.speech.sound import RATE, Samples, resample, speech_span, to_int16
from recipes.speech.store import Clip, Store
from recipes.speech.vocabulary import DIGITS, labels

FOLDS: Final = 3
_NOT_FOR_THE_DEVICE: Final = ("wake-words", "intents")


@dataclass(frozen=True, slots=True)
class Recording:
    """One clip of one person.

    `word` is the vocabulary word, or None for anything else; `kind` is word, unknown, silence or talk. `speaker` is
    the set and the publisher's id, or the clip itself where nobody is named. `fold` is 0 to 2 and the same for all
    clips of a person.
    """

    path: Path
    set: str
    label: str
    word: str | None
    kind: str
    speaker: str
    fold: int


def read_recordings(data: Path) -> Sequence[Recording]:
    """Return all recordings of a data folder in the order of its index; raises PhospheneError without one."""
    place = data / "audio-index.csv"
    try:
        with place.open(newline="") as file:
            rows = list(csv.DictReader(file))
        people = _deal({(row["set"], _person(row)) for row in rows})
        known = set(labels())
        return [_recording(data, row, people, known) for row in rows]
    except (OSError, KeyError) as error:
        cure = "the card names the public sets and how to lay them out"
        raise PhospheneError(f"no index of recordings: {error}", place=str(place), cure=cure) from error


def _person(row: dict[str, str]) -> str:
    """The speaker; a clip of nobody known counts as a person of its own."""
    return row["speaker"] or row["path"]


def _recording(data: Path, row: dict[str, str], people: dict[tuple[str, str], int], known: set[str]) -> Recording:
    source, label, person = row["set"], row["label"], _person(row)
    said = DIGITS[int(label)] if source == "spoken-digits" else label
    word = said if said in known and source not in _NOT_FOR_THE_DEVICE else None
    kind = "word" if word else "silence" if label == "_silence_" else "talk" if source == "intents" else "unknown"
    return Recording(data / row["path"], source, label, word, kind, f"{source}/{person}", people[source, person])


def _deal(people: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Deal each set's people out to the folds in the order of their hashes, so that the folds are even."""
    sets: dict[str, list[str]] = defaultdict(list)
    for source, person in people:
        sets[source].append(person)
    return {
        (source, person): number % FOLDS
        for source, members in sets.items()
        for number, person in enumerate(sorted(members, key=_hash))
    }


def _hash(person: str) -> str:
    return hashlib.sha1(person.encode(), usedforsecurity=False).hexdigest()


def load(recording: Recording) -> Samples:
    """Return the samples at 16 kHz without their offset; raises PhospheneError when the file can't be read."""
    import soundfile  # only who reads FLAC needs it

    try:
        samples, rate = soundfile.read(recording.path, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise PhospheneError(f"can't be read: {error}", place=str(recording.path), cure="fetch it again") from error
    mono = samples.mean(axis=1)
    return resample(mono - mono.mean(), int(rate))


def folder_of_words(folder: Path) -> Sequence[Recording]:
    """Index a stranger's recordings: `folder/WORD/*.wav|flac`; other folder names are unknown words.

    Speakers are unknown and there is one fold. Raises PhospheneError when there is no recording.
    """
    found = sorted(path for kind in ("wav", "flac", "ogg") for path in folder.glob(f"*/*.{kind}"))
    if not found:
        raise PhospheneError("no recordings", place=str(folder), cure="one folder a word, .wav or .flac files in it")
    known = set(labels())
    return [
        Recording(
            path,
            folder.name,
            path.parent.name,
            path.parent.name if path.parent.name in known else None,
            "word" if path.parent.name in known else "silence" if path.parent.name == "_silence_" else "unknown",
            f"{folder.name}/{path.stem}",
            0,
        )
        for path in found
    ]


def make_store(data: Path, out: Path) -> None:
    """Put all recordings into the store `out/real`; a word's times are where it is louder than the rest."""
    with Store(out / "real") as store:
        for recording in read_recordings(data):
            ident = recording.path.relative_to(data).as_posix()
            if ident in store.done:
                continue
            samples = load(recording)
            begin, end = (at / RATE for at in speech_span(samples, 30.0, over_floor_db=9.0))
            words = () if recording.kind == "silence" else (recording.word,)
            times = ((begin, end),) if words else None
            split = f"fold{recording.fold}"
            clip = Clip(ident, recording.kind, recording.label, words, times, recording.set, recording.speaker, split)
            peak = max(1.0, float(np.abs(samples).max(initial=0)))
            store.add(clip, to_int16(samples / peak))


def main() -> None:
    """Parse the command line and make the store."""
    parser = argparse.ArgumentParser(prog="python -m recipes.speech.recordings")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    try:
        make_store(asked.data, asked.out)
    except PhospheneError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
