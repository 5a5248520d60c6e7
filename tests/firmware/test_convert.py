# SPDX-License-Identifier: Apache-2.0
"""Unit conversion on the real firmware, against ratios that are worked out from the units' definitions."""

from __future__ import annotations

from fractions import Fraction

import pytest

from phosphene_tools.bench.exact_units import RATIOS, TEMPERATURES, converted
from tests.firmware.exact_calls import Calls
from tests.firmware.stranger import Stranger

KINDS = {kind: tuple(units) for kind, units in RATIOS.items()} | {"temperature": TEMPERATURES}


@pytest.fixture(scope="module")
def convert(boards_line: Stranger) -> Calls:
    return Calls(boards_line)


@pytest.mark.parametrize("kind", KINDS)
def test_every_unit_of_the_firmware_is_checked_and_right(convert: Calls, kind: str) -> None:
    (listed,) = convert.texts("convert.names", dimension=kind)
    assert listed.split(", ") == list(KINDS[kind])
    base = KINDS[kind][0]
    for unit in KINDS[kind]:
        answer = convert.answer("convert.units", value="12345.678", source=unit, target=base, places=32)
        truth = converted(Fraction("12345.678"), unit, base)
        value = Fraction(str(answer["value"]))
        assert abs(value - truth) <= Fraction(1, 2 * 10**32), unit
        assert answer["exact"] == (value == truth), unit


@pytest.mark.parametrize(
    ("value", "source", "target", "answer"),
    [
        ("1", "inch", "cm", ("2.5400", "True")),
        ("100", "°C", "°F", ("212.0000", "True")),
        ("-40", "fahrenheit", "celsius", ("-40.0000", "True")),
        ("0", "K", "C", ("-273.1500", "True")),
        ("3", "teaspoons", "tablespoon", ("1.0000", "True")),
        ("1", "cup", "fl oz", ("8.0000", "True")),
        ("1", "imp fl oz", "mL", ("28.4131", "False")),
        ("90", "km/h", "m/s", ("25.0000", "True")),
        ("1", "µm", "nm", ("1000.0000", "True")),
    ],
)
def test_names_and_values(convert: Calls, value: str, source: str, target: str, answer: tuple[str, str]) -> None:
    assert convert.texts("convert.units", value=value, source=source, target=target, places=4) == answer


def test_another_dimension_is_refused_with_what_would_do(convert: Calls) -> None:
    text = convert.refusal("convert.units", value="1", source="psi", target="kg", places=0)
    assert text.startswith("psi measures pressure, kg measures mass; choose of: Pa, hPa, kPa")


@pytest.mark.parametrize(
    "name", ["parsec", "MM", "length", "=length", "1000", "0.001", "|", "|m", " m", "273.15", "1/2"]
)
def test_what_is_no_unit_is_refused(convert: Calls, name: str) -> None:
    for source, target in ((name, "m"), ("m", name)):
        text = convert.refusal("convert.units", value="1", source=source, target=target, places=0)
        assert "convert.names" in text


def test_nothing_is_below_absolute_zero(convert: Calls) -> None:
    for value, unit in (("-273.16", "°C"), ("-459.68", "°F"), ("-0.01", "K")):
        assert "absolute zero" in convert.refusal("convert.units", value=value, source=unit, target="K", places=0)
    assert convert.texts("convert.units", value="-459.67", source="°F", target="K", places=2) == ("0.00", "True")
