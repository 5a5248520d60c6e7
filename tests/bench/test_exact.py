# SPDX-License-Identifier: Apache-2.0
"""The bench of the exact tasks: a small run is right throughout, and its judges are not easily pleased."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from phosphene_tools.bench.exact import MAKERS, Tally, cases, run
from phosphene_tools.bench.exact_arithmetic import worth
from phosphene_tools.bench.exact_case import Case, equal, to_places
from phosphene_tools.bench.exact_money import fewest
from phosphene_tools.bench.exact_units import converted

CASES = 2000


@pytest.mark.timeout(180)  # six seconds of it build forgeries by hand, and every task is loaded seven times
def test_a_run_is_right_and_leaves_the_heap_as_it_was() -> None:
    figures = asyncio.run(run(CASES, seed=11, mutations=20, mixed=400))
    assert figures["cases"] == CASES
    assert figures["wrong"] == 0, figures["notes"]
    assert figures["refused_as_they_should"] > CASES / 100
    assert len(figures["cases_by_task"]) == len({maker(Random(0)).task for maker in MAKERS})
    crypto, heap = figures["crypto"], figures["heap"]
    assert (crypto["rfc8032"], crypto["mutated"], crypto["wrong"]) == (5, 20, 0)
    assert crypto["wycheproof"] > 150
    assert crypto["sha256"] == crypto["sha512"] > 10
    asked = {"crypto.sha256", "crypto.sha512", "crypto.hmac", "crypto.verify"}
    assert figures["worst_ms_by_task"].keys() == figures["cases_by_task"].keys() | asked
    assert (heap["mixed_calls"], heap["tasks"] > 90) == (400, True)
    assert heap["refused"] < 200, "most calls are to do something"
    # What is in use may not grow; where the few small things lie that live long is a matter of chance.
    assert heap["free_end"] > heap["free_start"] * 0.98
    assert heap["largest_free_end"] > heap["largest_free_start"] * 0.75


def test_the_same_seed_asks_the_same() -> None:
    def asked(seed: int) -> list[tuple[str, dict[str, object]]]:
        return [(case.task, case.arguments) for case in cases(300, seed)]

    assert asked(1) == asked(1)
    assert asked(1) != asked(2)


@pytest.mark.parametrize(
    ("truth", "answer", "right"),
    [
        (Decimal("1.50"), Decimal("1.50"), True),
        (Decimal("1.50"), Decimal("1.5"), False),  # a place is missing
        (Decimal("1.50"), Decimal("1.51"), False),
        (Decimal("-0.00"), Decimal("0.00"), True),
        (7, 7, True),
        (7, 8, False),
    ],
)
def test_a_judge_wants_the_very_digits(truth: object, answer: object, right: bool) -> None:
    assert equal(value=truth)({"value": answer}) is right
    assert not equal(value=truth)({"value": answer, "more": 1})


def test_wrong_answers_are_counted_and_told() -> None:
    tally = Tally()
    case = Case("exact.integer", {"a": 1, "op": "+", "b": 1}, equal(value=2, remainder=0))
    tally.add(case, False, 0.001, {"value": 3})
    assert (tally.cases, tally.wrong) == (1, 1)
    assert "'value': 3" in tally.notes[0]


def test_the_truths_are_true() -> None:
    assert worth("-2^2 + 7 % 3 * (1.5 - 2)") == Fraction(-9, 2)
    assert to_places(Fraction(5, 2), 0) == 2
    assert fewest((9, 6, 1))[12] == 2
    assert fewest((20, 15, 6))[19] is None
    assert converted(Fraction(100), "°C", "°F") == 212
    assert converted(Fraction(1), "mi", "km") == Fraction("1.609344")
