# SPDX-License-Identifier: Apache-2.0
"""What a listener commits: in a phrase, a word that is unsure by itself is carried by the others, within bounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from phosphene.perception.audio.evidence import COUNT
from phosphene.perception.audio.features import Float
from phosphene.perception.audio.graphs import HOP_COLUMNS, NOTHING, OTHER, WORDS_FROM
from phosphene.perception.audio.hops import HOP_S
from phosphene.perception.audio.listener import Listener
from phosphene.perception.audio.settings import Settings

WORDS = ("one", "two", "three")
# A word is as sure as its best column.
PEAK = (0.0, 1.0, *(0.0,) * (COUNT - 2))
SETTINGS = Settings(WORDS, 1.0, 0.0, -4.5, PEAK, PEAK, 0.4, 0.6, 0.35, 0.42)


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
        change = listener.hop(heard[at : at + HOP_COLUMNS], (at / HOP_COLUMNS + 1) * HOP_S, -30.0)
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
    listener = Listener(SETTINGS)
    heard = columns([0.93, middle, 0.93])
    listener.expect(None, ["one two three"])
    assert committed(listener, heard) == phrase
    listener.expect(WORDS, None)
    assert committed(listener, heard) == apart


def test_a_phrase_of_unsure_words_is_not_believed() -> None:
    listener = Listener(SETTINGS)
    listener.expect(None, ["one two three"])
    assert committed(listener, columns([0.25, 0.25, 0.25])) == []
