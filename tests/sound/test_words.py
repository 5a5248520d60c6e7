# SPDX-License-Identifier: Apache-2.0
"""Text as the engine gets it: no digit is lost or added, and nothing is left that an engine has opinions about."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.painter.charset import CHARACTERS
from phosphene.policy.units import UNITS
from phosphene.sound import units
from phosphene.sound.words import aloud, value_aloud
from tests.sound.scenes import texts


def digits(text: str) -> str:
    """Return the digits in `text`, in order."""
    return "".join(re.findall("[0-9]", text))


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("Pour now?", "Pour now?"),
        ("3 × 423.87 − 0.01", "3 times 423.87 minus 0.01"),
        ("07:42", "07, 42"),
        ("1:05:09.5", "1, 05, 09.5"),
        ("-5", "minus 5"),
        ("−5", "minus 5"),
        ("±0.5", "plus or minus 0.5"),
        ("(-5)", "minus 5"),
        ("1e-5", "1 e dash 5"),
        ("10-20", "10 dash 20"),
        ("10 - 5", "10 minus 5"),
        ("Light - kitchen", "Light, kitchen"),
        ("2026-11-23", "2026 dash 11 dash 23"),
        ("007", "0 0 7"),
        ("20 5", "20, 5"),
        (".5", "point 5"),
        ("2½", "2 and a half"),
        ("GP15", "GP 15"),
        ("0x1f", "0 x 1 f"),
        ("MIX II", "mix I I"),
        ("20°C", "20 degrees Celsius"),
        ("1,5", "1 comma 5"),
        ("10.0.0.1", "10.0 point 0.1"),
        ("Timer (kitchen): 5", "Timer, kitchen, 5"),
        ("12345678901", "1 2 3 4 5 6 7 8 9 0 1"),
        ("…", "."),
    ],
)
def test_what_is_shown_and_what_is_said(shown: str, said: str) -> None:
    assert aloud(shown) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("1 271.60", "€", "1271.60 euros"),
        ("1'000", "g", "1000 grams"),
        ("−3.9", "°C", "minus 3.9 degrees Celsius"),
        ("1", "ml", "1 milliliter"),
        ("1.0", "ml", "1.0 milliliters"),
        ("5", "m3", "5 cubic meters"),
        ("3", "m/s", "3 meters per second"),
        ("5", "foo3", "5 foo 3"),
        ("unknown", "", "unknown"),
        ("123 456 789 012", "", "1 2 3 4 5 6 7 8 9 0 1 2"),
    ],
)
def test_values_with_their_units(value: str, unit: str, said: str) -> None:
    assert value_aloud(value, unit) == said


@given(texts(60))
def test_every_digit_stays_and_none_is_added(shown: str) -> None:
    assert digits(aloud(shown)) == digits(shown)


@given(st.text(CHARACTERS, max_size=24))
def test_nothing_is_left_that_an_engine_reads_in_its_own_way(shown: str) -> None:
    said = value_aloud(shown)
    assert digits(said) == digits(shown)
    assert re.fullmatch(r"(?:[A-Za-zÀ-ÖØ-öø-ÿ',?. ]|[0-9])*", said), said
    # No Roman numerals, no number with two points, none right behind another.
    assert not re.search(r"\b[IVXLCDM]{2,}\b", said)
    assert not re.search(r"[0-9]\.[0-9]+\.[0-9]", said)
    assert not re.search(r"[0-9]{2} [0-9]", said), said


@given(st.decimals(-(10**8), 10**8, places=3))
def test_a_plain_number_is_said_as_it_stands_with_its_sign(number: object) -> None:
    shown = str(number)
    minus = shown.startswith("-")
    assert value_aloud(shown, "ml").startswith(f"minus {shown[1:]} " if minus else f"{shown} ")


@pytest.mark.parametrize("sign", sorted(set(UNITS) & set(units.SPOKEN)))
def test_the_device_understands_the_units_that_it_says(sign: str) -> None:
    for said in units.SPOKEN[sign]:
        assert set(said.lower().split()) <= set(UNITS[sign])
