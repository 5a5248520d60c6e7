# SPDX-License-Identifier: Apache-2.0
"""Hearing as a whole, with the graphs that ship, on a sentence of eSpeak's: what it says, and what it survives.

The sentence shows that everything fits together. How well people are heard is measured by the report.
"""

from __future__ import annotations

import shutil
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.accelerators import ModelError
from phosphene.errors import ConfigError, PhospheneError
from phosphene.models import folder
from phosphene.perception.audio import Hearing
from phosphene.perception.audio.hops import HOP
from phosphene.perception.percepts import Heard, Word
from phosphene.sensors.blocks import RATE_HZ, Sound

Samples = NDArray[np.int16]
GRAPHS = ("embedding.tflite", "words.tflite", "partner_embedding.tflite", "partner_words.tflite", "second_look.tflite")
SAID = ["set", "timer", "twenty", "five", "minutes"]


@pytest.fixture(scope="module")
def sentence() -> Samples:
    """The voice "en-us+f3" says "set timer twenty five minutes"; a second of silence on each side."""
    with wave.open(str(Path(__file__).parent / "set-timer.wav")) as file:
        assert file.getframerate() == RATE_HZ
        spoken = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    quiet = np.zeros(RATE_HZ, np.int16)
    return np.concatenate([quiet, spoken, quiet])


@pytest.fixture(scope="module")
def loaded() -> Hearing:
    return Hearing.load()


@pytest.fixture
def hearing(loaded: Hearing) -> Hearing:
    loaded.reset()
    loaded.expect()
    return loaded


def listen(hearing: Hearing, samples: Samples, sizes: Sequence[int] = (HOP,), *, begin_s: float = 0.0) -> list[Heard]:
    """Hand over the samples in blocks of these sizes, over and over."""
    found: list[Heard] = []
    at = turn = 0
    while at < samples.size:
        size = sizes[turn % len(sizes)]
        found += hearing.hear(Sound(samples[at : at + size], begin_s + at / RATE_HZ))
        at, turn = at + size, turn + 1
    return found


def committed(heard: Sequence[Heard]) -> list[Word]:
    return [word for one in heard for word in one.words if word.committed]


def texts(words: Sequence[Word]) -> list[str]:
    return [word.text for word in words]


def test_a_sentence_is_heard(hearing: Hearing, sentence: Samples) -> None:
    words = committed(listen(hearing, sentence))
    assert texts(words) == SAID
    assert all(0 < word.confidence <= 1 for word in words)
    # Each after the one before, and all where somebody spoke.
    assert [word.start_s for word in words] == sorted(word.start_s for word in words)
    assert all(0.7 < word.start_s < word.end_s < sentence.size / RATE_HZ - 0.6 for word in words)


def test_any_blocks_give_the_same(hearing: Hearing, sentence: Samples) -> None:
    whole = listen(hearing, sentence)
    hearing.reset()
    pieces = listen(hearing, sentence, (7, 4000, 160, 1281))
    assert len(pieces) == len(whole)
    for one, other in zip(whole, pieces, strict=True):
        assert (one.words, one.withdrawn, one.ended) == (
            tuple(renumbered(other.words, whole, pieces)),
            other.withdrawn if not one.withdrawn else one.withdrawn,
            other.ended,
        )
        assert one.speech == other.speech


def renumbered(words: Sequence[Word], whole: Sequence[Heard], pieces: Sequence[Heard]) -> Iterator[Word]:
    """Numbers go on over a reset; only what they tell apart matters."""
    first = [min((word.number for one in run for word in one.words), default=0) for run in (whole, pieces)]
    for word in words:
        yield Word(
            word.number - first[1] + first[0],
            word.text,
            pytest.approx(word.start_s, abs=1e-6),  # pyright: ignore[reportArgumentType]
            pytest.approx(word.end_s, abs=1e-6),  # pyright: ignore[reportArgumentType]
            word.confidence,
            word.committed,
            word.others,
        )


def test_a_word_is_shown_before_it_is_committed(hearing: Hearing, sentence: Samples) -> None:
    heard = listen(hearing, sentence)
    shown: dict[int, float] = {}
    for one in heard:
        for word in one.words:
            if not word.committed:
                shown.setdefault(word.number, one.time_s)
            else:
                assert one.ended
                assert shown[word.number] < one.time_s
    # What was shown was committed or taken back.
    gone = {number for one in heard for number in one.withdrawn}
    assert set(shown) == gone | {word.number for word in committed(heard)}


def test_times_are_the_callers(hearing: Hearing, sentence: Samples) -> None:
    early = committed(listen(hearing, sentence))
    hearing.reset()
    late = committed(listen(hearing, sentence, begin_s=1000.0))
    assert [word.start_s + 1000 for word in early] == pytest.approx([word.start_s for word in late])


@pytest.mark.parametrize("spoil", ["quiet", "loud", "offset"])
def test_level_and_offset_do_not_matter(hearing: Hearing, sentence: Samples, spoil: str) -> None:
    wide = sentence.astype(np.float64)
    changed = {"quiet": wide * 0.15, "loud": wide * 2, "offset": wide * 0.5 + 3000}[spoil]
    assert texts(committed(listen(hearing, changed.clip(-32768, 32767).astype(np.int16)))) == SAID


@pytest.mark.parametrize("kind", ["silence", "full scale", "offset", "noise", "clicks"])
def test_what_is_no_speech_gives_nothing(hearing: Hearing, kind: str) -> None:
    rng = np.random.default_rng(1)
    count = 5 * RATE_HZ
    sound = {
        "silence": np.zeros(count),
        "full scale": np.where(np.arange(count) // 40 % 2, 32767, -32768),
        "offset": np.full(count, 20000),
        "noise": rng.standard_normal(count) * 2000,
        "clicks": np.where(np.arange(count) % 4000 < 20, 30000, 0),
    }[kind].astype(np.int16)
    heard = listen(hearing, sound)
    assert len(heard) == count // HOP
    assert committed(heard) == []
    assert all(-96 <= one.level_db <= 0 for one in heard)


def test_a_hole_in_the_stream_ends_the_utterance(hearing: Hearing, sentence: Samples) -> None:
    middle = sentence.size // 2 // HOP * HOP
    heard = listen(hearing, sentence[:middle])
    after = hearing.hear(Sound(sentence[middle:], 60.0, missed=3 * RATE_HZ))
    assert any(one.words for one in heard)
    assert after[0].ended
    assert all(word.start_s < 10 for word in after[0].words)
    assert all(word.start_s > 59 for one in after[1:] for word in one.words)


def test_a_grammar_leaves_only_its_phrases(hearing: Hearing, sentence: Samples) -> None:
    hearing.expect(grammar=["set timer <number> (minutes|seconds)", "cancel timer"])
    assert texts(committed(listen(hearing, sentence))) == SAID
    hearing.reset()
    hearing.expect(words=["twenty", "five", "yes", "no"])
    assert set(texts(committed(listen(hearing, sentence)))) <= {"twenty", "five", "yes", "no"}


def test_what_it_does_not_know_is_named(hearing: Hearing) -> None:
    with pytest.raises(PhospheneError, match="zebra") as caught:
        hearing.expect(words=["yes", "zebra"])
    assert caught.value.cure
    with pytest.raises(PhospheneError, match="zebra"):
        hearing.expect(grammar=["set zebra"])


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in (*GRAPHS, "thresholds.toml"):
        shutil.copy(folder() / "hearing" / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("damage", ["cut", "empty", "other"])
def test_a_damaged_graph_is_refused(copied: Path, name: str, damage: str) -> None:
    content = (copied / name).read_bytes()
    other = "embedding.tflite" if name == "words.tflite" else "words.tflite"
    spoilt = {"cut": content[: len(content) // 3], "empty": b"", "other": (copied / other).read_bytes()}[damage]
    (copied / name).write_bytes(spoilt)
    with pytest.raises(ModelError) as caught:
        Hearing.load(folder=copied)
    assert caught.value.cure


@pytest.mark.parametrize("spoil", ["", "words = 3", "temperature = ["])
def test_damaged_thresholds_are_refused(copied: Path, spoil: str) -> None:
    (copied / "thresholds.toml").write_text(spoil)
    with pytest.raises(ConfigError):
        Hearing.load(folder=copied)


def test_thresholds_of_another_vocabulary_are_refused(copied: Path) -> None:
    place = copied / "thresholds.toml"
    place.write_text(place.read_text().replace('    "zero",\n', ""))
    with pytest.raises(ModelError, match="words"):
        Hearing.load(folder=copied)


def test_thresholds_that_weigh_other_numbers_are_refused(copied: Path) -> None:
    place = copied / "thresholds.toml"
    place.write_text(place.read_text().replace("weights = [", "weights = [0.0, "))
    with pytest.raises(ModelError, match="numbers"):
        Hearing.load(folder=copied)
