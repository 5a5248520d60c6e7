# SPDX-License-Identifier: Apache-2.0
"""Spoken numbers on the real firmware: every one comes back as its digits, and nonsense is refused."""

from __future__ import annotations

import pytest

from tests.firmware.exact_calls import Calls
from tests.firmware.stranger import Stranger

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


@pytest.fixture(scope="module")
def spoken(boards_line: Stranger) -> Calls:
    return Calls(boards_line)


def digits(spoken: Calls, words: str) -> str:
    (found,) = spoken.texts("spoken.number", words=words)
    return found


def below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ONES[number] if number < 20 else TENS[tens - 2] + (f" {ONES[ones]}" if ones else "")


def test_every_number_below_a_hundred(spoken: Calls) -> None:
    for number in range(100):
        assert digits(spoken, below_hundred(number)) == str(number)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("one hundred", "100"),
        ("a hundred", "100"),
        ("two hundred and five point three", "205.3"),
        ("two hundred five", "205"),
        ("nine hundred ninety-nine thousand nine hundred and ninety nine", "999999"),
        ("three thousand", "3000"),
        ("twelve thousand and one", "12001"),
        ("minus four", "-4"),
        ("Minus zero point zero five zero", "-0.050"),
        ("zero point five", "0.5"),
    ],
)
def test_larger_ones_and_parts(spoken: Calls, words: str, number: str) -> None:
    assert digits(spoken, words) == number


@pytest.mark.parametrize(
    "words",
    [
        "five twenty",
        "twenty twenty",
        "twenty zero",
        "twenty ten",
        "hundred",
        "zero hundred",
        "ten hundred",
        "one hundred zero",
        "one hundred and",
        "zero thousand",
        "thousand five",
        "one thousand two thousand",
        "minus",
        "minus minus one",
        "point",
        "five point",
        "five point ten",
        "five point one point two",
        "fife",
        "and",
        "and five",
        "one thousand and",
        "one thousand and two hundred",
        "7",
        " ",
    ],
)
def test_what_nobody_would_read_as_one_number_is_refused(spoken: Calls, words: str) -> None:
    assert spoken.refusal("spoken.number", words=words)
