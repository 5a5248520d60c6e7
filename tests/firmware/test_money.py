# SPDX-License-Identifier: Apache-2.0
"""Money on the real firmware: nothing lost, nothing rounded unasked."""

from __future__ import annotations

import pytest

from tests.firmware.exact_calls import Calls
from tests.firmware.stranger import Stranger

EURO = "2 1 0.50 0.20 0.10 0.05 0.02 0.01"


@pytest.fixture(scope="module")
def money(boards_line: Stranger) -> Calls:
    return Calls(boards_line)


def test_a_sum(money: Calls) -> None:
    assert money.texts("money.add", amounts="1.50 2 -0.25 1000000000000", places=2) == ("1000000000003.25",)
    assert money.texts("money.add", amounts="0.100 0.2", places=1) == ("0.3",)  # no digit is lost here


@pytest.mark.parametrize(
    ("amounts", "why"),
    [
        ("1.505", "more than 2 places"),
        ("1 2,50", "number 2, '2,50'"),
        ("1 .5", "number 2"),
        ("1 -", "number 2"),
        ("1 - 2", "number 2"),
        ("   ", "empty"),
    ],
)
def test_what_is_no_amount_is_named(money: Calls, amounts: str, why: str) -> None:
    assert why in money.refusal("money.add", amounts=amounts, places=2)


@pytest.mark.parametrize(
    ("rounding", "up", "down"),
    [
        ("half_even", "0.62", "-0.62"),
        ("half_up", "0.63", "-0.63"),
        ("half_down", "0.62", "-0.62"),
        ("up", "0.63", "-0.63"),
        ("down", "0.62", "-0.62"),
        ("ceiling", "0.63", "-0.62"),
        ("floor", "0.62", "-0.63"),
    ],
)
def test_the_rounding_is_the_one_that_was_asked_for(money: Calls, rounding: str, up: str, down: str) -> None:
    for factor, value in (("0.5", up), ("-0.5", down)):
        answer = money.texts("money.multiply", amount="1.25", factor=factor, places=2, rounding=rounding)
        assert answer == (value, "False")


def test_a_bill_is_split_to_the_cent(money: Calls) -> None:
    assert money.texts("money.split", amount="10.00", parts=3, places=2) == ("3.34", "1", "3.33", "2")
    assert money.texts("money.split", amount="-10.00", parts=3, places=2) == ("-3.33", "2", "-3.34", "1")
    assert money.texts("money.split", amount="9", parts=3, places=2) == ("3.00", "3", "3.00", "0")
    assert money.texts("money.split", amount="0.01", parts=4, places=2) == ("0.01", "1", "0.00", "3")


def test_shares_go_by_weight_and_the_rest_by_the_largest_remainder(money: Calls) -> None:
    assert money.texts("money.share", amount="100", weights="1 1 1", places=2) == ("33.34 33.33 33.33",)
    assert money.texts("money.share", amount="0.05", weights="1 2 3.5", places=2) == ("0.01 0.01 0.03",)
    assert money.texts("money.share", amount="-7", weights="0 1 1", places=0) == ("0 -4 -3",)
    for weights in ("0 0", "1 -1"):
        assert "not negative" in money.refusal("money.share", amount="1", weights=weights, places=0)
    assert "at most 32" in money.refusal("money.share", amount="1", weights="1 " * 33, places=0)


def test_tax_on_top_and_within(money: Calls) -> None:
    asked = {"percent": "19", "places": 2, "rounding": "half_up"}
    assert money.texts("money.tax", amount="100", tax="excluded", **asked) == ("100.00", "19.00", "119.00")
    assert money.texts("money.tax", amount="100", tax="included", **asked) == ("84.03", "15.97", "100.00")
    asked["percent"] = "-1"
    assert "discount" in money.refusal("money.tax", amount="100", tax="included", **asked)


@pytest.mark.parametrize(
    ("paid", "coins", "answer"),
    [
        ("20", EURO, ("7.66", "3 x 2.00, 1 x 1.00, 1 x 0.50, 1 x 0.10, 1 x 0.05, 1 x 0.01")),
        ("12.46", "0.09 0.06 0.01", ("0.12", "2 x 0.06")),  # largest first would need four
        ("12.40", "0.05 0.02", ("0.06", "3 x 0.02")),  # and here it would not come out
        ("12.34", EURO, ("0.00", "")),
    ],
)
def test_change_takes_the_fewest_coins(money: Calls, paid: str, coins: str, answer: tuple[str, str]) -> None:
    assert money.texts("money.change", price="12.34", paid=paid, coins=coins, places=2) == answer


def test_change_that_can_not_be_given(money: Calls) -> None:
    def why(paid: str, coins: str) -> str:
        return money.refusal("money.change", price="12.34", paid=paid, coins=coins, places=2)

    assert why("12", EURO).startswith("0.34 is still to pay")
    assert "can't pay 0.01" in why("12.35", "0.05 0.02")
    assert "can't pay 0.66" in why("13", "0.05")
    assert "largest first" in why("99999", "0.09 0.06 0.01")
    assert "worth something" in why("13", "1 0")
    assert "1 to 16 coins" in why("13", " ".join(map(str, range(1, 18))))
