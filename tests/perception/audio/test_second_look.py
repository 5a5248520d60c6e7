# SPDX-License-Identifier: Apache-2.0
"""The second look: which frames it is shown, how its opinion counts, and that the grammar has the last word."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from phosphene.accelerators import ModelError
from phosphene.models import model_file
from phosphene.perception.audio.decoder import Spelt
from phosphene.perception.audio.features import BANDS, Float
from phosphene.perception.audio.grammar import any_words, phrases
from phosphene.perception.audio.graphs import COLUMN_FRAMES, OTHER, WORDS_FROM
from phosphene.perception.audio.numbers import NUMBER
from phosphene.perception.audio.second_look import (
    KNOWN,
    LOOK_FRAMES,
    Looks,
    SecondLook,
    Seen,
    agreed,
    bounded,
    numbers,
    without_echoes,
)
from phosphene.perception.audio.settings import Settings

WORDS = ("six", "sixty", "stop")
SIX, SIXTY, STOP = range(3)


def opinion(word: int, sure: float = 0.9) -> Float:
    made = np.full(WORDS_FROM + len(WORDS), (1 - sure) / (WORDS_FROM + len(WORDS) - 1), np.float32)
    made[WORDS_FROM + word] = sure
    return np.log(made)


def mass(word: int, sure: float = 0.9) -> Float:
    made = np.full(len(WORDS), (1 - sure) / 2, np.float32)
    made[word] = sure
    return made


def test_a_sure_second_look_corrects_a_doubtful_word() -> None:
    anything = any_words(range(3))
    assert agreed(SIX, mass(SIX, 0.6), opinion(SIXTY), anything, ended=True) == SIXTY
    assert agreed(SIX, mass(SIX, 0.6), opinion(SIX), anything, ended=True) == SIX
    assert agreed(SIX, mass(SIX, 0.998), opinion(SIXTY, 0.4), anything, ended=True) == SIX


def test_what_the_grammar_does_not_allow_is_not_chosen() -> None:
    grammar = phrases(["stop", "six sixty"], WORDS, NUMBER)
    assert agreed(STOP, mass(STOP), opinion(SIXTY), grammar, ended=True) == STOP
    assert agreed(STOP, mass(STOP, 0.6), opinion(SIX), grammar, ended=True) == STOP, "six alone is no phrase"
    assert agreed(STOP, mass(STOP, 0.6), opinion(SIX), grammar, ended=False) == SIX, "it may become one"


def test_what_is_not_expected_is_other_speech() -> None:
    bound = bounded(opinion(SIXTY), np.array([True, False, True]))
    assert np.exp(bound[OTHER]) == pytest.approx(0.925, abs=1e-3)
    assert bound[WORDS_FROM + SIXTY] < -100
    assert np.exp(bound).sum() == pytest.approx(1, abs=1e-5)


def test_a_look_that_names_another_word_speaks_against_this_one() -> None:
    assert min(numbers(opinion(SIX), SIX)) > 2
    assert max(numbers(opinion(SIX), STOP)) < -2


def seen(word: int, column: int, sure: float | None = 0.9) -> Seen:
    return Seen(Spelt(word, column), None if sure is None else opinion(word, sure))


def test_a_word_that_follows_itself_at_once_was_said_once() -> None:
    early, late = seen(SIX, 10, 0.5), seen(SIX, 17)
    assert without_echoes([early, late]) == [late], "the surer look counts"
    assert without_echoes([late, seen(SIX, 24, None)]) == [late], "any look is surer than none"
    between = seen(STOP, 14)
    assert without_echoes([early, between, late]) == [early, between, late]


def test_a_word_may_be_said_again_after_a_while() -> None:
    twice = [seen(SIX, 10), seen(SIX, 21)]
    assert without_echoes(twice) == twice


class Watching:
    known = np.ones(3, np.bool_)

    def __init__(self) -> None:
        self.shown: list[Float] = []

    def at(self, frames: Float) -> Float:
        self.shown.append(frames)
        return opinion(SIX)


def test_each_column_is_looked_at_once_with_what_came_before_it() -> None:
    watching = Watching()
    numbered = [np.full((COLUMN_FRAMES, BANDS), number, np.float32) for number in range(100)]
    looks = Looks(watching, numbered[:50])
    for frames in numbered[50:]:
        looks.add(frames)
    looks.at(0)
    looks.at(10)
    looks.at(0)
    first, second = watching.shown
    assert (first[0, 0], first[-1, 0]) == (50 + 1 - LOOK_FRAMES // COLUMN_FRAMES, 50)
    assert second[-1, 0] == 60
    assert first.shape == second.shape == (LOOK_FRAMES, BANDS)


def test_the_graph_gives_each_word_a_chance_and_needs_no_whole_window() -> None:
    place = model_file("hearing", "thresholds.toml")
    vocabulary = Settings.load(place).words
    second = SecondLook.load(place.parent, vocabulary)
    assert {word for word, known in zip(vocabulary, second.known, strict=True) if known} == set(KNOWN)
    for frames in (np.zeros((0, BANDS), np.float32), np.full((12, BANDS), -6, np.float32)):
        chances = second.at(frames)
        assert chances.shape == (WORDS_FROM + len(vocabulary),)
        assert np.exp(chances).sum() == pytest.approx(1, abs=1e-4)
        assert np.exp(chances[:WORDS_FROM]).sum() > 0.5, "silence is no word"


def test_another_graph_is_refused_by_name(tmp_path: Path) -> None:
    shutil.copy(model_file("hearing", "words.tflite"), tmp_path / "second_look.tflite")
    with pytest.raises(ModelError, match=r"second look"):
        SecondLook.load(tmp_path, KNOWN)
