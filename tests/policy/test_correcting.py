# SPDX-License-Identifier: Apache-2.0
"""Whose value a correction is: by what it can be, what is shown, what sounds like it and what was heard badly."""

from __future__ import annotations

import pytest

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.perception.percepts import Word
from phosphene.policy.correcting import corrected
from phosphene.policy.dialogue import Pending

POUR = Task(
    "pump.pour",
    args=(
        Field("place", "text"),
        Field("ml", "u16", unit="ml"),
        Field("seconds", "u16", unit="s"),
        Field("cup", "choice", choices=("small", "large")),
    ),
)
SHOWN = Pending(
    POUR,
    {"place": ("office",), "ml": ("ninety", "nine"), "seconds": ("eleven",), "cup": ("small",)},
    {"place": 0.9, "ml": 0.9, "seconds": 0.6, "cup": 0.9},
)


def words(line: str, **others: str) -> tuple[Word, ...]:
    """Words heard one after the other; `others` are second readings, by word."""
    return tuple(
        Word(at, text, at, at + 0.3, 0.9, others=((others[text], 0.1),) if text in others else (), committed=True)
        for at, text in enumerate(line.split())
    )


@pytest.mark.parametrize(
    ("line", "others", "pointed", "whose"),
    [
        pytest.param(
            "no twelve", {"twelve": "eleven"}, {"ml": (1, 2)}, {"seconds": (1, 2)}, id="another reading of it"
        ),
        pytest.param("no ninety", {}, {"seconds": (1, 2)}, {"ml": (1, 2)}, id="sounds like it"),
        pytest.param("twenty millilitres", {}, {"seconds": (0, 2)}, {"ml": (0, 2)}, id="its unit"),
        pytest.param("eleven", {}, {"seconds": (0, 1)}, {"ml": (0, 1)}, id="the other one shows it already"),
        pytest.param("no eleven millilitres", {}, {"place": (1, 3)}, {"ml": (1, 3)}, id="a number is no name"),
        pytest.param("no twelve", {"twelve": "eleven"}, {}, {"seconds": (1, 2)}, id="not pointed at"),
        pytest.param("no large", {}, {"place": (1, 2)}, {"cup": (1, 2)}, id="one of the choices"),
        pytest.param("no kitchen", {}, {"place": (1, 2)}, {"place": (1, 2)}, id="a name"),
        pytest.param("kitchen twelve", {}, {"place": (0, 1), "ml": (1, 2)}, {"place": (0, 1), "ml": (1, 2)}, id="two"),
        pytest.param("no", {}, {}, {}, id="no value"),
        pytest.param("umbrella two lamps", {}, {}, {}, id="talk with a number in it"),
    ],
)
def test_a_correction_goes_where_the_error_is(
    line: str, others: dict[str, str], pointed: dict[str, tuple[int, int]], whose: dict[str, tuple[int, int]]
) -> None:
    assert corrected(pointed, words(line, **others), SHOWN) == whose


def test_a_value_that_no_argument_takes_stays_where_it_was_pointed_at() -> None:
    only = Pending(Task("pump.wait", args=(Field("seconds", "u16", unit="s"),)), {"seconds": ("five",)})
    assert corrected({"seconds": (0, 1)}, words("kitchen"), only) == {"seconds": (0, 1)}
