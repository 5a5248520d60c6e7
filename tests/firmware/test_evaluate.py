# SPDX-License-Identifier: Apache-2.0
"""Expressions, powers, roots, percentages and divisions: what they are, and how they are refused."""

from __future__ import annotations

import pytest

from tests.firmware.exact_calls import Calls
from tests.firmware.stranger import Stranger


@pytest.fixture(scope="module")
def exact(boards_line: Stranger) -> Calls:
    return Calls(boards_line)


@pytest.mark.parametrize(
    ("expression", "value", "is_exact"),
    [
        ("1 + 2 * 3", "7.0000", True),
        ("(1 + 2) * 3", "9.0000", True),
        ("8 / 4 / 2", "1.0000", True),
        ("10 - 4 - 3", "3.0000", True),
        ("2 ^ 3 ^ 2", "512.0000", True),
        ("-2 ^ 2", "-4.0000", True),
        ("2 ^ -1", "0.5000", True),
        ("2 ^ -1 ^ 2", "0.5000", True),
        ("3 * -2 + 1", "-5.0000", True),
        ("--2", "2.0000", True),
        ("-7 % 3", "2.0000", True),
        ("7 % -3", "-2.0000", True),
        ("1.5 % 0.4", "0.3000", True),
        ("0.1 + 0.2", "0.3000", True),
        ("1 / 3 * 3", "1.0000", True),
        ("1 / 3", "0.3333", False),
        ("0.00005 * 1", "0.0000", False),
        ("0.00015 * 1", "0.0002", False),
        ("2 ^ 100 % 97", "16.0000", True),
        ("0 ^ 0", "1.0000", True),
        ("(-1) ^ 999999999999999999", "-1.0000", True),
        ("(" * 59 + "1" + ")" * 59, "1.0000", True),
    ],
)
def test_expressions(exact: Calls, expression: str, value: str, is_exact: bool) -> None:
    assert exact.texts("exact.evaluate", expression=expression, places=4) == (value, str(is_exact))


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("six times seven", "42.00"),
        ("6 x 7", "42.00"),
        ("23.50 minus 4.85", "18.65"),
        ("two hundred and five plus one point five", "206.50"),
        ("minus three times minus two", "6.00"),
        ("one divided by three", "0.33"),
        ("ten multiplied by ( one plus two )", "30.00"),
        ("two to the power of ten", "1024.00"),
        ("five squared plus two cubed", "33.00"),
        ("7 × 2 − 4 ÷ 2", "12.00"),
    ],
)
def test_a_sum_in_words_is_the_sum_that_it_says(exact: Calls, said: str, value: str) -> None:
    assert exact.texts("exact.evaluate", expression=said, places=2)[0] == value


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("x + 1", "'x' is no number"),
        ("2 sign 3", "'sign' is no number"),
        ("six bananas", "'six bananas' is no number"),
        ("five twenty times two", "'five twenty' is no number"),
        ("six times", "a number is missing at the end"),
        ("six seven", "'six seven' is no number"),
    ],
)
def test_words_that_are_no_sum_are_refused(exact: Calls, said: str, why: str) -> None:
    assert why in exact.refusal("exact.evaluate", expression=said, places=2)


@pytest.mark.parametrize(
    ("expression", "at", "why"),
    [
        ("1 +", 4, "missing at the end"),
        ("1 + * 2", 5, "a number is due"),
        ("(1 + 2", 1, "never closed"),
        ("1 + 2)", 6, "nothing opens"),
        ("()", 2, "a number is due"),
        ("1 2", 3, "is due here, not '2'"),
        ("1.2.3", 1, "point"),
        (".5", 1, "point"),
        ("1,5", 2, "not ','"),
        ("2 ** 3", 4, "a number is due"),
        ("5 / (3 - 3)", 3, "division by zero"),
        ("5 % 0", 3, "division by zero"),
        ("0 ^ -1", 3, "no negative power"),
        ("2 ^ 0.5", 3, "exact.root"),
        ("9 ^ 9 ^ 9", 3, "too large"),
        ("2^4400 * 2^4400", 8, "too many digits"),
        ("+".join(["2^2000%7"] * 13), 110, "too many digits"),  # each is cheap, all together are not
    ],
)
def test_what_is_wrong_with_an_expression_is_told_with_its_position(
    exact: Calls, expression: str, at: int, why: str
) -> None:
    text = exact.refusal("exact.evaluate", expression=expression, places=2)
    assert text.startswith(f"at character {at}: ")
    assert why in text


def test_a_result_too_long_to_print_is_refused(exact: Calls) -> None:
    assert "640 digits" in exact.refusal("exact.evaluate", expression="2 ^ 4000", places=0)
    assert len(exact.texts("exact.evaluate", expression="2 ^ 2000", places=0)[0]) == 603


@pytest.mark.parametrize(
    ("base", "exponent", "places", "answer"),
    [
        ("1.05", 2, 4, ("1.1025", "True")),
        ("1.05", 2, 2, ("1.10", "False")),
        ("2", -2, 1, ("0.2", "False")),
        ("-1.5", 3, 3, ("-3.375", "True")),
        ("0", 0, 0, ("1", "True")),
        ("-1", 999, 0, ("-1", "True")),
        ("1.0041667", 360, 6, ("4.467798", "False")),
    ],
)
def test_powers(exact: Calls, base: str, exponent: int, places: int, answer: tuple[str, str]) -> None:
    assert exact.texts("exact.power", base=base, exponent=exponent, places=places) == answer


def test_powers_that_cost_too_much_are_refused(exact: Calls) -> None:
    assert "before its point" in exact.refusal("exact.power", base="1000", exponent=800, places=0)
    assert "before its point" in exact.refusal("exact.power", base="0.1", exponent=-900, places=0)
    assert "to work out" in exact.refusal("exact.power", base="1." + "1" * 60, exponent=400, places=0)
    assert "negative power" in exact.refusal("exact.power", base="0.0", exponent=-1, places=0)


@pytest.mark.parametrize(
    ("a", "degree", "places", "answer"),
    [
        ("2", 2, 20, ("1.41421356237309504880", "False")),
        ("6.25", 2, 1, ("2.5", "True")),
        ("6.25", 2, 0, ("2", "False")),  # a tie: to the even neighbour
        ("12.25", 2, 0, ("4", "False")),
        ("-27", 3, 0, ("-3", "True")),
        ("0", 5, 2, ("0.00", "True")),
        ("1000000000000000000000000", 24, 0, ("10", "True")),
        ("0.000001", 2, 2, ("0.00", "False")),
    ],
)
def test_roots(exact: Calls, a: str, degree: int, places: int, answer: tuple[str, str]) -> None:
    assert exact.texts("exact.root", a=a, degree=degree, places=places) == answer


def test_roots_that_are_none(exact: Calls) -> None:
    assert "even root" in exact.refusal("exact.root", a="-4", degree=2, places=0)
    assert "fewer places" in exact.refusal("exact.root", a="2", degree=32, places=32)


@pytest.mark.parametrize(
    ("a", "op", "b", "answer"),
    [
        ("15", "of", "80", ("12.00", "True")),
        ("80", "add", "19", ("95.20", "True")),
        ("80", "remove", "12.5", ("70.00", "True")),
        ("80", "change", "100", ("25.00", "True")),
        ("-50", "change", "-25", ("50.00", "True")),
        ("1", "share", "3", ("33.33", "False")),
    ],
)
def test_percent(exact: Calls, a: str, op: str, b: str, answer: tuple[str, str]) -> None:
    assert exact.texts("exact.percent", a=a, op=op, b=b, places=2) == answer


def test_nothing_is_a_percentage_of_zero(exact: Calls) -> None:
    assert "of zero" in exact.refusal("exact.percent", a="0", op="change", b="5", places=0)
    assert "of zero" in exact.refusal("exact.percent", a="5", op="share", b="0", places=0)


@pytest.mark.parametrize(
    ("a", "b", "rule", "answer"),
    [
        ("-7.5", "2", "floor", ("-4", "0.5")),
        ("-7.5", "2", "truncate", ("-3", "-1.5")),
        ("7.5", "-2", "floor", ("-4", "-0.5")),
        ("7.5", "-2", "euclid", ("-3", "1.5")),
        ("-7.5", "-2", "euclid", ("4", "0.5")),
        ("6", "0.25", "truncate", ("24", "0.00")),
    ],
)
def test_divisions(exact: Calls, a: str, b: str, rule: str, answer: tuple[str, str]) -> None:
    assert exact.texts("exact.divide", a=a, b=b, rule=rule) == answer
