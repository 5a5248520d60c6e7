# SPDX-License-Identifier: Apache-2.0
"""Dates, durations and moments on the real firmware: the corners of the calendar, and what is refused."""

from __future__ import annotations

import pytest

from tests.firmware.exact_calls import Calls
from tests.firmware.stranger import Stranger


@pytest.fixture(scope="module")
def dates(boards_line: Stranger) -> Calls:
    return Calls(boards_line)


@pytest.mark.parametrize(
    ("date", "years", "months", "days", "answer"),
    [
        ("2024-01-31", 0, 1, 0, ("2024-02-29", "True")),
        ("2023-01-31", 0, 1, 0, ("2023-02-28", "True")),
        ("2024-02-29", 1, 0, 1, ("2025-03-01", "True")),
        ("2024-02-29", 4, 0, 0, ("2028-02-29", "False")),
        ("2026-11-22", 0, -11, -22, ("2025-11-30", "False")),
        ("0001-01-01", 9998, 11, 30, ("9999-12-31", "False")),
        ("9999-12-31", 0, 0, -3652058, ("0001-01-01", "False")),
    ],
)
def test_adding_to_a_date(dates: Calls, date: str, years: int, months: int, days: int, answer: tuple[str, str]) -> None:
    assert dates.texts("date.add", date=date, years=years, months=months, days=days) == answer


@pytest.mark.parametrize(
    ("start", "end", "answer"),
    [
        ("2024-01-31", "2024-03-01", ("30", "0", "1", "1")),
        ("2024-03-01", "2024-01-31", ("-30", "0", "-1", "-1")),
        ("2024-02-29", "2025-02-28", ("365", "1", "0", "0")),
        ("2000-02-29", "2026-11-22", ("9763", "26", "8", "24")),
        ("0001-01-01", "9999-12-31", ("3652058", "9998", "11", "30")),
        ("2026-11-22", "2026-11-22", ("0", "0", "0", "0")),
    ],
)
def test_from_one_date_to_another(dates: Calls, start: str, end: str, answer: tuple[str, ...]) -> None:
    assert dates.texts("date.difference", start=start, end=end) == answer


@pytest.mark.parametrize(
    ("date", "answer"),
    [
        ("2026-11-22", ("Sunday", "2026", "47", "7", "326", "30", "False")),
        ("2021-01-03", ("Sunday", "2020", "53", "7", "3", "31", "False")),
        ("2018-12-31", ("Monday", "2019", "1", "1", "365", "31", "False")),
        ("2000-02-29", ("Tuesday", "2000", "9", "2", "60", "29", "True")),
        ("1900-03-01", ("Thursday", "1900", "9", "4", "60", "31", "False")),
        ("0001-01-01", ("Monday", "1", "1", "1", "1", "31", "False")),
        ("9999-12-31", ("Friday", "9999", "52", "5", "365", "31", "False")),
    ],
)
def test_what_a_date_says(dates: Calls, date: str, answer: tuple[str, ...]) -> None:
    assert dates.texts("date.describe", date=date) == answer


@pytest.mark.parametrize(
    ("date", "why"),
    [
        ("2023-02-29", "not in the calendar"),
        ("1900-02-29", "not in the calendar"),
        ("0000-01-01", "not in the calendar"),
        ("2026-13-01", "not in the calendar"),
        ("2026/11/22", "write it as 2026-11-22"),
        ("22-11-2026", "write it as 2026-11-22"),
        ("+026-11-22", "write it as 2026-11-22"),
        ("2026-11-é", "write it as 2026-11-22"),
    ],
)
def test_what_is_no_date(dates: Calls, date: str, why: str) -> None:
    assert why in dates.refusal("date.describe", date=date)


def test_the_calendar_has_two_ends(dates: Calls) -> None:
    for step in ({"years": 1, "months": 0, "days": 0}, {"years": 0, "months": 0, "days": 1}):
        assert "outside" in dates.refusal("date.add", date="9999-12-31", **step)
        backwards = {name: -value for name, value in step.items()}
        assert "outside" in dates.refusal("date.add", date="0001-01-01", **backwards)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("1:02:03.50", "3723.50"), ("-0:01", "-1"), ("90", "90"), ("100:00:00", "360000"), ("0.001", "0.001")],
)
def test_durations_are_read(dates: Calls, duration: str, seconds: str) -> None:
    assert dates.texts("duration.seconds", duration=duration) == (seconds,)


@pytest.mark.parametrize("duration", ["1:60", "1:2:03", "1:00:00:00", "1::00", "-", "1:00.", "+1", "1h", "1:-2"])
def test_what_is_no_duration(dates: Calls, duration: str) -> None:
    text = dates.refusal("duration.seconds", duration=duration)
    assert "write it as" in text or "two digits" in text


def test_durations_are_written_added_and_scaled(dates: Calls) -> None:
    assert dates.texts("duration.show", seconds="-3723.5") == ("-01:02:03.5",)
    assert dates.texts("duration.show", seconds="1000000") == ("277:46:40",)
    assert dates.texts("duration.add", a="0:30", op="-", b="1:00:00.25") == ("-00:59:30.25",)
    assert dates.texts("duration.scale", duration="1:30:00", factor="0.333", places=0) == ("00:29:58", "False")
    assert dates.texts("duration.scale", duration="1", factor="2.5", places=0) == ("00:00:02", "False")


def test_moments(dates: Calls) -> None:
    across = dates.texts("moment.difference", start="2024-02-28T23:59:59.5", end="2024-03-01T00:00")
    assert across == ("24:00:00.5", "86400.5")
    assert dates.texts("moment.add", moment="2026-12-31T23:59:59", duration="1") == ("2027-01-01T00:00:00",)
    assert dates.texts("moment.add", moment="2026-11-22T17:40", duration="-24:00:00.5") == ("2026-11-21T17:39:59.5",)


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        ("2026-11-22 17:40", "write it as"),
        ("2026-11-22T7:40:00", "write it as"),
        ("2026-11-22T-1:40", "write it as"),
        ("2026-11-22T24:00", "a day ends"),
        ("2026-11-22T17:60", "two digits"),
        ("2026-02-30T00:00", "not in the calendar"),
    ],
)
def test_what_is_no_moment(dates: Calls, moment: str, why: str) -> None:
    assert why in dates.refusal("moment.add", moment=moment, duration="0")
