# SPDX-License-Identifier: Apache-2.0
"""The proleptic Gregorian calendar (ISO 8601), years 1 to 9999, on whole numbers.

Days are counted as Rata Die: 1 is 0001-01-01 (Reingold and Dershowitz,
Calendrical Calculations, chapter 2).
"""

from micropython import const
from refusal import refused

LAST = const(3652059)  # 9999-12-31


def leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_days(year, month):
    """The days of a month."""
    if month == 2:
        return 29 if leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def parsed(date):
    """A date as YYYY-MM-DD to (year, month, day). Raises Refusal for one that is not in the calendar."""
    parts = date.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not "".join(parts).isdigit():
        raise refused("%r is no date; write it as 2026-11-22" % date[:16])
    year, month, day = [int(part) for part in parts]
    if not year or not 1 <= month <= 12 or not 1 <= day <= month_days(year, month):
        raise refused("%s is not in the calendar, which runs from 0001-01-01 to 9999-12-31" % date)
    return year, month, day


def shown(year, month, day):
    """The date as YYYY-MM-DD."""
    return "%04d-%02d-%02d" % (year, month, day)


def to_days(year, month, day):
    """The Rata Die of a date."""
    before = year - 1
    # The months in front as if February had 30 days, then what it lacks.
    days = 365 * before + before // 4 - before // 100 + before // 400 + (367 * month - 362) // 12 + day
    if month > 2:
        days -= 1 if leap(year) else 2
    return days


def from_days(days):
    """The date of a Rata Die. Raises Refusal outside of the calendar."""
    if not 1 <= days <= LAST:
        raise refused("the result is outside of the calendar, which runs from 0001-01-01 to 9999-12-31")
    year = (400 * days + 146096) // 146097  # right, or one too high
    if to_days(year, 1, 1) > days:
        year -= 1
    elif year < 9999 and to_days(year + 1, 1, 1) <= days:
        year += 1
    month = min(12, (days - to_days(year, 1, 1)) // 28 + 1)
    while to_days(year, month, 1) > days:
        month -= 1
    return year, month, days - to_days(year, month, 1) + 1


def later(year, month, day, months):
    """The date so many months on; a day that the month lacks becomes its last. Raises Refusal."""
    count = 12 * (year - 1) + month - 1 + months
    if not 0 <= count < 12 * 9999:
        from_days(0)
    year, month = count // 12 + 1, count % 12 + 1
    return year, month, min(day, month_days(year, month))


def weekday(days):
    """1 is Monday, 7 is Sunday."""
    return (days - 1) % 7 + 1


def iso_week(year, days):
    """(ISO year, ISO week) of a day: week 1 holds the year's first Thursday."""
    for candidate in (year + 1, year, year - 1):
        fourth = to_days(candidate, 1, 4)
        first = fourth - (fourth - 1) % 7
        if days >= first:
            break
    return candidate, (days - first) // 7 + 1
