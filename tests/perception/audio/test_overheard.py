# SPDX-License-Identifier: Apache-2.0
"""Which words are a call, and what an utterance that was overheard is judged by."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.perception.audio import overheard
from phosphene.perception.audio.decoder import Spelt
from phosphene.perception.audio.evidence import COUNT
from phosphene.perception.audio.overheard import Calls, standing

WORDS = ("set", "timer", "weigh", "five")
SET, TIMER, WEIGH, FIVE = range(4)


@pytest.mark.parametrize(
    ("words", "called"),
    [
        ([SET, TIMER], True),
        ([SET, TIMER, FIVE], True),
        ([FIVE, SET, TIMER], True),
        ([WEIGH], True),
        ([TIMER, SET], False),
        ([SET, FIVE, TIMER], False),
        ([TIMER], False),
        ([], False),
    ],
)
def test_a_call_is_a_name_said_in_a_row(words: list[int], called: bool) -> None:
    assert Calls(["Set a timer", "weigh"], WORDS).within(words) is called


@pytest.mark.parametrize("name", ["set oven", "weekday", "", "the"])
def test_a_name_that_cannot_be_heard_whole_is_none(name: str) -> None:
    calls = Calls([name], WORDS)
    assert not any(calls.within([one, other]) for one in range(4) for other in range(4))


def test_what_an_utterance_is_judged_by() -> None:
    rows = np.zeros((3, COUNT))
    rows[0, -2], rows[2, -1], rows[1, -2:] = 0.25, 0.75, 9.0
    path = [Spelt(SET, 10), Spelt(TIMER, 22), Spelt(FIVE, 52)]
    sure = np.array([0.9, 0.5, 0.8])
    told = standing(path, rows, sure, 55)
    assert told.shape == (overheard.COUNT,)
    assert told == pytest.approx([1, np.log(sure).mean(), 0, np.log(20), 3, 0.25, 0.75, 0])
    assert standing(path[:1], rows[:1], np.ones(1), 10)[-1] == 1
    assert np.isfinite(standing(path[:1], rows[:1], np.zeros(1), 0)).all()
