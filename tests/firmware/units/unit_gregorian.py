# SPDX-License-Identifier: Apache-2.0
"""The calendar, counted through day by day."""

from gregorian import LAST, from_days, iso_week, month_days, to_days, weekday


def test_every_day_of_four_centuries():
    # 400 years are the calendar's whole period: 146,097 days.
    year, month, day = 1801, 1, 1
    days = to_days(year, month, day)
    assert days == 657437
    while year < 2201:
        assert to_days(year, month, day) == days
        assert from_days(days) == (year, month, day), days
        day += 1
        days += 1
        if day > month_days(year, month):
            day, month = 1, month + 1
        if month > 12:
            month, year = 1, year + 1


def test_both_ends():
    assert from_days(1) == (1, 1, 1)
    assert from_days(LAST) == (9999, 12, 31)
    assert to_days(9999, 12, 31) == LAST


def test_a_week_number_rises_on_mondays_only():
    last = (2014, 52)
    for days in range(to_days(2014, 12, 29), to_days(2027, 1, 4)):
        year, week = iso_week(from_days(days)[0], days)
        if weekday(days) == 1:
            assert (year, week) in ((last[0], last[1] + 1), (last[0] + 1, 1))
            last = (year, week)
        assert (year, week) == last
    assert last == (2026, 53)
