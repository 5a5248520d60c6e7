# SPDX-License-Identifier: Apache-2.0
"""A word that was only typed: enrolled from eSpeak's voices, then said by one of them that took no part."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from phosphene.errors import PhospheneError
from phosphene.perception.audio import Hearing
from phosphene_tools.perception import spoken
from phosphene_tools.perception.speech_stores import heard, texts

SILENCE = np.zeros(8000, np.float32)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_a_typed_word_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    hearing = Hearing.load()
    spoken.enrol_typed(hearing, "rhinoceros", ("elephant", "rhythm", "necklace", "computer"))
    monkeypatch.setattr(spoken, "VOICES", ("en-us+Mike",))
    monkeypatch.setattr(spoken, "PACES", (150,))
    assert texts(heard(hearing, spoken.spoken("rhinoceros")[0])) == ("rhinoceros",)
    assert "rhinoceros" not in texts(heard(hearing, spoken.spoken("butterfly")[0]))


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_a_phrase_is_heard_as_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    hearing = Hearing.load()
    spoken.enrol_typed(hearing, "water meter", ("window", "kettle", "what time is it", "good morning"))
    monkeypatch.setattr(spoken, "VOICES", ("en-us+Mike",))
    monkeypatch.setattr(spoken, "PACES", (150,))
    assert texts(heard(hearing, spoken.spoken("water meter")[0])) == ("water", "meter")


def test_words_that_it_has_are_not_enrolled() -> None:
    with pytest.raises(PhospheneError, match="vocabulary"):
        Hearing.load().enrol("timer", [SILENCE] * 5, [SILENCE])


def test_silence_is_no_word() -> None:
    with pytest.raises(PhospheneError, match="speech") as caught:
        Hearing.load().enrol("zebra", [SILENCE] * 5, [SILENCE])
    assert caught.value.cure
