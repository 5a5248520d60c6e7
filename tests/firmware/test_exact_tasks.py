# SPDX-License-Identifier: Apache-2.0
"""Exact arithmetic on the real firmware against Python's own integers and fractions."""

from __future__ import annotations

import struct
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.firmware.stranger import Stranger, text

OPS = "+-*/^"
# One board for all examples of a test; each example is a call of its own in one session.
ONE_BOARD = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def unpack_text(data: bytes, at: int = 0) -> tuple[str, int]:
    (n,) = struct.unpack_from("<H", data, at)
    return data[at + 2 : at + 2 + n].decode(), at + 2 + n


class Calculator:
    """Calls one after the other in one session."""

    def __init__(self, line: Stranger) -> None:
        line.open()
        self._line = line
        self._ids = count(1)

    def integer(self, a: int, op: str, b: int) -> tuple[int, int]:
        number = next(self._ids)
        self._line.call(number, "exact.integer", text(str(a)) + bytes([OPS.index(op)]) + text(str(b)))
        data = self._line.result(number)
        value, at = unpack_text(data)
        return int(value), int(unpack_text(data, at)[0])

    def decimal(self, a: str, op: str, b: str, places: int) -> tuple[str, bool]:
        number = next(self._ids)
        args = text(a) + bytes([OPS.index(op)]) + text(b) + bytes([places])
        self._line.call(number, "exact.decimal", args)
        data = self._line.result(number)
        value, at = unpack_text(data)
        return value, bool(data[at])


@pytest.fixture
def calculator(boards_line: Stranger) -> Calculator:
    return Calculator(boards_line)


integers = st.integers(-(10**63), 10**63) | st.integers(-20, 20)
decimals = st.builds(
    lambda value, places: (
        f"{'-' if value < 0 else ''}{abs(value) // 10**places}"
        + (f".{abs(value) % 10**places:0{places}}" if places else "")
    ),
    st.integers(-(10**30), 10**30) | st.integers(-300, 300),
    st.integers(0, 20),
)


@ONE_BOARD
@given(a=integers, op=st.sampled_from("+-*/"), b=integers)
def test_integers(calculator: Calculator, a: int, op: str, b: int) -> None:
    if op == "/" and not b:
        return
    value, rest = calculator.integer(a, op, b)
    truth = {"+": (a + b, 0), "-": (a - b, 0), "*": (a * b, 0)}.get(op) or divmod(a, b)
    assert (value, rest) == truth


@ONE_BOARD
@given(a=st.integers(-99, 99), b=st.integers(0, 300))
def test_powers(calculator: Calculator, a: int, b: int) -> None:
    assert calculator.integer(a, "^", b) == (a**b, 0)


@ONE_BOARD
@given(a=decimals, op=st.sampled_from("+-*/"), b=decimals, places=st.integers(0, 32))
def test_decimals(calculator: Calculator, a: str, op: str, b: str, places: int) -> None:
    x, y = Fraction(a), Fraction(b)
    if op == "/" and not y:
        return
    truth = {"+": x + y, "-": x - y, "*": x * y}[op] if op != "/" else x / y
    value, exact = calculator.decimal(a, op, b, places)
    assert Fraction(value) * 10**places == round(truth * 10**places)  # half to even
    assert exact == (Fraction(value) == truth)
    assert len(value.partition(".")[2]) == places


def test_a_tenth_and_two_tenths_are_three_tenths(calculator: Calculator) -> None:
    assert calculator.decimal("0.1", "+", "0.2", 1) == ("0.3", True)


def test_halves_go_to_the_even_neighbour(calculator: Calculator) -> None:
    halves = {"0.5": "0", "1.5": "2", "2.5": "2", "-0.5": "0", "-1.5": "-2", "-2.5": "-2"}
    assert {a: calculator.decimal(a, "+", "0", 0)[0] for a in halves} == halves
