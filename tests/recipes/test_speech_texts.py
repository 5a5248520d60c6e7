# SPDX-License-Identifier: Apache-2.0
"""The vocabulary's file, and which of its words a text holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from phosphene.errors import PhospheneError
from recipes.speech.grammar import command, loose, number, talk
from recipes.speech.texts import mark, near_misses, respell
from recipes.speech.vocabulary import DIGITS, TWELVE, labels, vocabulary

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_vocabulary_holds_what_the_issue_asks_for() -> None:
    known = set(labels())
    assert known.issuperset(TWELVE + DIGITS)
    assert {word.value for word in vocabulary() if word.value is not None} == {*range(21), *range(30, 101, 10)}
    assert all(word.means is None or word.means in known for word in vocabulary())


def test_a_vocabulary_that_names_a_word_twice_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "vocabulary.toml"
    place.write_text('[[word]]\nword = "a"\nspoken = ["a"]\n' * 2)
    with pytest.raises(PhospheneError, match="twice"):
        vocabulary(place)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("set timer twenty five minutes", ("set", "timer", "twenty", "five", "minutes")),
        ("Please, open the old door!", (None, "open", None, "door")),
        ("I know the way", (None, "no", None, "weigh")),
        ("cloze door", ("close", "door")),
        ("nothing for us", (None,)),
    ],
)
def test_mark(text: str, words: tuple[str | None, ...]) -> None:
    assert mark(text)[0] == words


def test_times_follow_the_words_and_strangers_share_one_stretch() -> None:
    times = ((0.0, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 0.4))
    assert mark("open the old door", times) == (("open", None, "door"), ((0.0, 0.1), (0.1, 0.3), (0.3, 0.4)))
    assert mark("open the door", times)[1] is None  # the engine told of four words


def test_near_misses_hold_no_word_nor_one_that_sounds_the_same() -> None:
    missed = near_misses()
    assert len(missed) > 200
    assert {"tree", "sore", "owned"} <= set(missed)
    assert not {"know", "won", "ate", "by"} & set(missed)


def test_a_respelt_text_holds_the_same_words() -> None:
    rng = np.random.default_rng(5)
    for _ in range(100):
        text = loose(rng)
        assert mark(respell(text, rng))[0] == mark(text)[0] == tuple(text.split())


def test_commands_are_speakable_and_talk_is_mostly_other_words() -> None:
    rng = np.random.default_rng(6)
    commands = [command(rng) for _ in range(300)]
    assert max(len(text.split()) for text in commands) <= 8
    assert not any(part.isupper() and part != "I" for text in commands for part in text.split())
    assert {word for text in commands for word in mark(text)[0]} > set(DIGITS)
    assert sum(None in mark(talk(rng))[0] for _ in range(100)) > 90


def test_numbers_are_below_a_thousand_and_well_formed() -> None:
    rng = np.random.default_rng(7)
    worth = {word.word: word.value for word in vocabulary()}
    for _ in range(300):
        total = 0
        for part in number(rng).split():
            value = worth[part]
            assert value is not None
            total = total * 100 if value == 100 else total + value
        assert 0 <= total < 1000
