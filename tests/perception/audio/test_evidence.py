# SPDX-License-Identifier: Apache-2.0
"""What speaks for a word: how sure the network is, how loud it was beside the rest, and who talked around it."""

from __future__ import annotations

import numpy as np

from phosphene.perception.audio.decoder import Spelt
from phosphene.perception.audio.evidence import COUNT, evidence
from phosphene.perception.audio.features import Float
from phosphene.perception.audio.graphs import NOTHING, OTHER, WORDS_FROM

LOUDER, BELOW, BEFORE, AFTER = 6, 7, 10, 11
PATH = [Spelt(0, 30), Spelt(1, 70)]


def chances() -> Float:
    """A hundred columns of silence but for two words, named in columns 30 and 70."""
    made = np.full((100, WORDS_FROM + 2), 0.005, np.float32)
    made[:, NOTHING] = 0.98
    for spelt in PATH:
        made[spelt.column] = 0.01
        made[spelt.column, WORDS_FROM + spelt.word] = 0.97
    return made


def test_each_word_has_all_numbers() -> None:
    assert evidence(chances(), PATH, 0.0, np.full(100, -30, np.float32)).shape == (2, COUNT)
    assert evidence(chances(), [], 0.0, np.full(100, -30, np.float32)).shape == (0, COUNT)


def test_a_word_out_of_a_crowd_is_quieter_than_the_one_that_was_meant() -> None:
    levels = np.full(100, -50, np.float32)
    levels[10:25], levels[50:65] = -25, -45
    meant, crowd = evidence(chances(), PATH, 0.0, levels)
    assert meant[LOUDER] == 2.5
    assert crowd[LOUDER] == 0.5
    assert meant[BELOW] == 0
    assert crowd[BELOW] == -2


def test_talk_is_seen_on_the_side_where_it_is() -> None:
    found = chances()
    found[:8, NOTHING], found[:8, OTHER] = 0.005, 0.98
    first, second = evidence(found, PATH, 0.0, np.full(100, -30, np.float32))
    assert first[BEFORE] > 0.5
    assert max(first[AFTER], second[BEFORE], second[AFTER]) < 0.1
