# SPDX-License-Identifier: Apache-2.0
"""The sentence of eSpeak's while nobody is known to speak to the device, with the graphs that ship."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.models import model_file
from phosphene.perception.audio import Hearing
from phosphene.perception.audio.ensemble import Ensemble
from phosphene.perception.audio.front import Front
from phosphene.perception.audio.hops import HOP
from phosphene.perception.audio.settings import Settings
from phosphene.perception.percepts import Heard
from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene_tools.perception.streamed import Committing, chances, changes

SAID = ["set", "timer", "twenty", "five", "minutes"]


@pytest.fixture(scope="module")
def sentence() -> NDArray[np.float32]:
    """The voice "en-us+f3" says "set timer twenty five minutes"; silence on both sides, whole hops."""
    with wave.open(str(Path(__file__).parent / "set-timer.wav")) as file:
        spoken = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    samples = np.pad(spoken, RATE_HZ)
    return (np.pad(samples, (0, -samples.size % HOP)) / 32767).astype(np.float32)


@pytest.fixture(scope="module")
def hearing() -> Hearing:
    return Hearing.load()


def listen(hearing: Hearing, samples: NDArray[np.float32]) -> list[Heard]:
    hearing.reset()
    whole = np.round(samples * 32767).astype(np.int16)
    hops = range(0, whole.size, HOP)
    return [one for at in hops for one in hearing.hear(Sound(whole[at : at + HOP], at / RATE_HZ))]


def committed(heard: list[Heard]) -> list[str]:
    return [word.text for one in heard for word in one.words if word.committed]


def test_a_call_is_heard_whole_and_not_before_its_end(hearing: Hearing, sentence: NDArray[np.float32]) -> None:
    hearing.overhear(["weigh", "set a timer"])
    heard = listen(hearing, sentence)
    assert committed(heard) == SAID
    assert all(word.committed for one in heard for word in one.words)


def test_what_calls_nothing_is_not_heard(hearing: Hearing, sentence: NDArray[np.float32]) -> None:
    hearing.overhear(["weigh", "cancel the timer"])
    assert not any(one.words for one in listen(hearing, sentence))
    hearing.expect()
    assert committed(listen(hearing, sentence)) == SAID


def test_a_word_that_was_enrolled_is_not_overheard(hearing: Hearing, sentence: NDArray[np.float32]) -> None:
    own = Hearing.load()
    rng = np.random.default_rng(0)
    paces = [
        np.interp(np.arange(0, sentence.size, pace), np.arange(sentence.size), sentence) for pace in (0.97, 1, 1.03)
    ]
    clips = [(clip + 1e-4 * rng.standard_normal(clip.size)).astype(np.float32) for clip in paces * 2]
    others = [clip[clip.size // 2 :] for clip in clips]
    own.enrol("porridge", clips, others)
    own.expect(words=["lap"])
    assert committed(listen(own, sentence)) == ["porridge"]
    own.overhear(["lap"])
    assert committed(listen(own, sentence)) == []


def test_what_is_decided_on_the_same_columns_is_the_same(hearing: Hearing, sentence: NDArray[np.float32]) -> None:
    place = model_file("hearing", "thresholds.toml").parent
    settings = Settings.load(place / "thresholds.toml")
    hops = list(chances(Front(Ensemble.load(place, settings.words), settings.temperature), sentence))
    listener = Committing(settings, None)
    words = [word for change in changes(listener, hops) for word in change.words if word.committed]
    hearing.expect()
    direct = [word for one in listen(hearing, sentence) for word in one.words if word.committed]
    assert [(word.text, word.start_s, word.confidence) for word in words] == [
        (word.text, pytest.approx(word.start_s), pytest.approx(word.confidence)) for word in direct
    ]
