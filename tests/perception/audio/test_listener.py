# SPDX-License-Identifier: Apache-2.0
"""What a listener commits: in a phrase, a word that is unsure by itself is carried by the others, within bounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from phosphene.perception.audio import overheard
from phosphene.perception.audio.evidence import COUNT
from phosphene.perception.audio.features import BANDS, Float
from phosphene.perception.audio.graphs import HOP_COLUMNS, HOP_FRAMES, NOTHING, OTHER, WORDS_FROM
from phosphene.perception.audio.hops import HOP_S
from phosphene.perception.audio.listener import Listener
from phosphene.perception.audio.overheard import Calls
from phosphene.perception.audio.settings import Settings

WORDS = ("one", "two", "three")
# A word is as sure as its best column.
PEAK = (0.0, 1.0, *(0.0,) * (COUNT - 2))
# An utterance is as sure as its least sure word.
SURE = (-1.0, 0.0, 1.0, *(0.0,) * (overheard.COUNT - 3))
SETTINGS = Settings(WORDS, 1.0, 0.0, -4.5, PEAK, PEAK, (*PEAK, 1.0, 0.0), SURE, 0.4, 0.6, 0.35, 0.5, 0.42)


FRAMES = np.zeros((HOP_FRAMES, BANDS), np.float32)


def columns(sure: Sequence[float]) -> Float:
    """Somebody says the three words, half a second apart; the network is so sure of each."""
    made = np.full((10 + 12 * len(sure) + 20, WORDS_FROM + len(WORDS)), 0.001, np.float32)
    made[:, NOTHING] = 0.99
    made[4 : 8 + 12 * len(sure), NOTHING], made[4 : 8 + 12 * len(sure), OTHER] = 0.05, 0.94
    for word, chance in enumerate(sure):
        made[10 + 12 * word, OTHER] = 0.95 - chance
        made[10 + 12 * word, WORDS_FROM + word] = chance
    return np.log(made)


def committed(listener: Listener, heard: Float) -> list[str]:
    found: list[str] = []
    for at in range(0, len(heard), HOP_COLUMNS):
        change = listener.hop(heard[at : at + HOP_COLUMNS], FRAMES, (at / HOP_COLUMNS + 1) * HOP_S, -30.0)
        found += [word.text for word in change.words if word.committed]
    return found + [word.text for word in listener.end().words]


@pytest.mark.parametrize(
    ("middle", "phrase", "apart"),
    [
        (0.9, ["one", "two", "three"], ["one", "two", "three"]),
        (0.25, ["one", "two", "three"], ["one", "three"]),
        (0.1, ["one", "three"], ["one", "three"]),
    ],
)
def test_a_phrase_carries_a_word_that_is_a_little_unsure(middle: float, phrase: list[str], apart: list[str]) -> None:
    listener = Listener(SETTINGS, None)
    heard = columns([0.93, middle, 0.93])
    listener.expect(None, ["one two three"])
    assert committed(listener, heard) == phrase
    listener.expect(WORDS, None)
    assert committed(listener, heard) == apart


def test_a_phrase_of_unsure_words_is_not_believed() -> None:
    listener = Listener(SETTINGS, None)
    listener.expect(None, ["one two three"])
    assert committed(listener, columns([0.25, 0.25, 0.25])) == []


def test_what_is_overheard_is_a_call_or_nothing() -> None:
    listener = Listener(SETTINGS, None)
    heard = columns([0.93, 0.9, 0.93])
    listener.overhear(Calls(["two three"], WORDS))
    assert committed(listener, heard) == ["one", "two", "three"]
    listener.overhear(Calls(["three two"], WORDS))
    assert committed(listener, heard) == []


def test_one_unsure_word_spoils_what_is_overheard() -> None:
    listener = Listener(SETTINGS, None)
    listener.overhear(Calls(["one"], WORDS))
    assert committed(listener, columns([0.93, 0.65, 0.93])) == []
    listener.expect(None, None)
    assert committed(listener, columns([0.93, 0.65, 0.93])) == ["one", "two", "three"]


def test_nothing_overheard_is_provisional_until_somebody_turns_to_the_device() -> None:
    listener = Listener(SETTINGS, None)
    listener.overhear(Calls(["two three"], WORDS))
    heard, shown = columns([0.93, 0.9, 0.93]), []
    for at in range(0, 40, HOP_COLUMNS):
        shown += listener.hop(heard[at : at + HOP_COLUMNS], FRAMES, (at / HOP_COLUMNS + 1) * HOP_S, -30.0).words
    assert shown == []
    listener.expect(None, None)
    assert [word.text for word in listener.show().words] == ["one", "two", "three"]
    assert [word.text for word in listener.end().words] == ["one", "two", "three"]


class Names:
    """A second look that names one of the words that it knows, whatever it is shown."""

    def __init__(self, word: int, known: Sequence[bool]) -> None:
        self.known = np.array(known)
        self._chances = np.full(WORDS_FROM + len(WORDS), np.log(0.02), np.float32)
        self._chances[WORDS_FROM + word] = np.log(0.94)

    def at(self, frames: Float) -> Float:
        assert frames.shape[1] == BANDS
        return self._chances


def test_a_second_look_corrects_a_word_where_something_is_expected() -> None:
    doubtful = columns([0.55])
    doubtful[10, WORDS_FROM + 1] = np.log(0.35)
    listener = Listener(SETTINGS, Names(1, (True, True, True)))
    listener.expect(WORDS, None)
    assert committed(listener, doubtful) == ["two"]
    listener.expect(None, ["(one|three)"])
    assert committed(listener, doubtful) == []
    listener.expect(None, None)
    assert committed(Listener(SETTINGS, Names(1, (True, True, True))), columns([0.9])) == ["one"]


def test_in_a_phrase_only_a_word_that_stands_alone_is_looked_at() -> None:
    doubtful = columns([0.55, 0.9])
    doubtful[10, WORDS_FROM + 1] = np.log(0.35)
    listener = Listener(SETTINGS, Names(1, (True, True, True)))
    listener.expect(WORDS, None)
    assert committed(listener, doubtful) == ["two", "two"]
    listener.expect(None, ["one two", "two two"])
    assert committed(listener, doubtful) == ["one", "two"]


def test_a_word_that_the_second_look_does_not_know_is_left_to_the_columns() -> None:
    listener = Listener(SETTINGS, Names(1, (False, True, True)))
    listener.expect(WORDS, None)
    assert committed(listener, columns([0.9])) == ["one"]
