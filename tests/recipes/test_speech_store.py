# SPDX-License-Identifier: Apache-2.0
"""Stores of clips outlive a stop in the middle; recordings are dealt out by person."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from phosphene.errors import PhospheneError
from recipes.speech.recordings import FOLDS, read_recordings
from recipes.speech.store import Clip, Clips, Store

COLUMNS = ("path", "set", "label", "speaker", "source", "rate_hz", "samples", "peak", "rms")


def clip(name: str) -> Clip:
    return Clip(name, "words", "open", ("open",), ((0.0, 0.5),), "espeak", "v", "train")


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add(clip("a"), np.arange(10, dtype=np.int16))
        store.add(clip("b"), np.arange(5, dtype=np.int16) - 3)
    clips = Clips(tmp_path)
    assert [entry.id for entry in clips.entries] == ["a", "b"]
    assert clips.entries[1].times == ((0.0, 0.5),)
    assert clips.samples(1).tolist() == [-3, -2, -1, 0, 1]
    assert len(Clips(tmp_path, split="dev")) == 0


def test_a_stopped_run_goes_on_behind_the_last_whole_clip(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add(clip("a"), np.full(4, 7, np.int16))
    with (tmp_path / "audio.i16").open("ab") as audio, (tmp_path / "index.jsonl").open("a") as index:
        audio.write(b"\1\2\3")
        index.write('{"id": "torn')
    with Store(tmp_path) as store:
        assert store.done == {"a"}
        store.add(clip("b"), np.full(3, 9, np.int16))
    clips = Clips(tmp_path)
    assert [clips.samples(number).tolist() for number in range(2)] == [[7] * 4, [9] * 3]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(PhospheneError, match="line 1"):
        Clips(tmp_path)


def folder_of(tmp_path: Path) -> Path:
    rows = [
        (f"speech-commands/up/{p:02}_{n}.flac", "speech-commands", "up", f"{p:02}") for p in range(20) for n in range(3)
    ]
    rows += [(f"spoken-digits/{who}/7_{who}.flac", "spoken-digits", "7", who) for who in ("ann", "bob", "cat")]
    rows += [("speech-commands/_silence_/1.flac", "speech-commands", "_silence_", "")]
    rows += [("wake-words/open/1.flac", "wake-words", "open", ""), ("intents/1.flac", "intents", "order", "")]
    with (tmp_path / "audio-index.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        out.writerows((*row, "x", 16000, 1, 1, 1) for row in rows)
    return tmp_path


def test_a_person_is_in_one_fold_and_the_folds_are_even(tmp_path: Path) -> None:
    recordings = read_recordings(folder_of(tmp_path))
    folds = {item.speaker: {other.fold for other in recordings if other.speaker == item.speaker} for item in recordings}
    assert all(len(found) == 1 for found in folds.values())
    digits = [item for item in recordings if item.set == "spoken-digits"]
    assert sorted(item.fold for item in digits) == list(range(FOLDS))
    assert {item.word for item in digits} == {"seven"}


def test_only_recordings_of_words_are_words(tmp_path: Path) -> None:
    kinds = {item.path.parts[-2]: (item.kind, item.word) for item in read_recordings(folder_of(tmp_path))}
    assert kinds["up"] == ("word", "up")
    assert kinds["_silence_"] == ("silence", None)
    assert kinds["open"] == ("unknown", None)
    assert kinds["intents"] == ("talk", None)


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PhospheneError, match="index"):
        read_recordings(tmp_path)
