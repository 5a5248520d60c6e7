# SPDX-License-Identifier: Apache-2.0
"""Dates of the proleptic Gregorian calendar, written 2026-11-22."""

from gregorian import from_days, iso_week, later, leap, month_days, parsed, shown, to_days, weekday
from task import field, task


@task(
    "date.add",
    says=("which date is it in",),
    args=(
        field("date", "text", min=10, max=10),
        field("years", "i32", min=-9998, max=9998),
        field("months", "i32", min=-119987, max=119987),
        field("days", "i32", min=-3652058, max=3652058),
    ),
    results=(field("date", "text", max=10), field("clamped", "bool")),
    idempotent=True,
    privilege="read",
    help="Add years and months, then days; clamped tells that a month was too short for the day.",
)
def add(date, years, months, days):
    year, month, day = parsed(date)
    year, month, at = later(year, month, day, 12 * years + months)
    return shown(*from_days(to_days(year, month, at) + days)), at != day


@task(
    "date.difference",
    says=("how many days until", "how old is"),
    args=(field("start", "text", min=10, max=10), field("end", "text", min=10, max=10)),
    results=(
        field("total_days", "i32", unit="d"),
        field("years", "i32"),
        field("months", "i32"),
        field("days", "i32", unit="d"),
    ),
    idempotent=True,
    privilege="read",
    help="From start to end in days; also in whole years, months and days, all negative if end is first.",
)
def difference(start, end):
    a, b = parsed(start), parsed(end)
    total = to_days(*b) - to_days(*a)
    # Away from the start, so that date.add with the result leads to the end.
    way = 1 if total >= 0 else -1
    months = abs(12 * (b[0] - a[0]) + b[1] - a[1])
    if way * (to_days(*b) - to_days(*later(*a, way * months))) < 0:
        months -= 1
    days = to_days(*b) - to_days(*later(*a, way * months))
    return total, way * (months // 12), way * (months % 12), days


@task(
    "date.describe",
    says=("which weekday is", "which week is", "is it a leap year"),
    args=(field("date", "text", min=10, max=10),),
    results=(
        field(
            "weekday",
            "choice",
            choices=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        ),
        field("iso_year", "u16"),
        field("iso_week", "u8"),
        field("iso_weekday", "u8"),
        field("day_of_year", "u16"),
        field("days_in_month", "u8"),
        field("leap_year", "bool"),
    ),
    idempotent=True,
    privilege="read",
    help="Weekday, ISO 8601 week, day of the year, days of the month, and whether the year is a leap year.",
)
def describe(date):
    year, month, day = parsed(date)
    days = to_days(year, month, day)
    number = weekday(days)
    iso_year, week = iso_week(year, days)
    name = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[number - 1]
    ordinal = days - to_days(year, 1, 1) + 1
    return name, iso_year, week, number, ordinal, month_days(year, month), leap(year)
