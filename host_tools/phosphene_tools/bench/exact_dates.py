# SPDX-License-Identifier: Apache-2.0
"""Cases of dates, durations and moments, their truth from Python's `datetime` and `calendar`."""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random

from phosphene_tools.bench.exact_case import WIDE, Answer, Case, Maker, equal

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(rng: Random) -> date:
    """A day: any of the calendar, or one near a month's end, where the trouble is."""
    if rng.random() < 0.5:
        return date.fromordinal(rng.randint(1, date.max.toordinal()))
    year, month = rng.randint(MINYEAR, MAXYEAR), rng.randint(1, 12)
    if rng.random() < 0.5:
        year, month = rng.choice([1900, 2000, 2023, 2024, 2100]), rng.choice([1, 2, 3, 12])
    last = monthrange(year, month)[1]
    return date(year, month, rng.choice([1, last - 1, last, min(last, 30)]))


def clamped(start: date, months: int) -> date:
    """The date so many months on. Raises ValueError outside of the calendar."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if not MINYEAR <= year <= MAXYEAR:
        raise ValueError(year)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def add(rng: Random) -> Case:
    """Years, months and days on from a date."""
    start = day(rng)
    years, months = rng.choice([0, rng.randint(-30, 30)]), rng.choice([0, rng.randint(-40, 40)])
    days = rng.choice([0, rng.randint(-800, 800), rng.randint(-800000, 800000)])
    arguments: dict[str, object] = {"date": start.isoformat(), "years": years, "months": months, "days": days}
    try:
        there = clamped(start, 12 * years + months)
        end = there + timedelta(days)
    except (ValueError, OverflowError):
        return Case("date.add", arguments, None)
    return Case("date.add", arguments, equal(date=end.isoformat(), clamped=there.day != start.day))


def difference(rng: Random) -> Case:
    """From one date to another: date.add leads back, and one month more would lead beyond."""
    start = day(rng)
    end = day(rng) if rng.random() < 0.5 else date.fromordinal(_near(rng, start.toordinal()))
    way = 1 if end >= start else -1

    def right(answer: Answer) -> bool:
        months = 12 * answer["years"] + answer["months"]
        if answer["total_days"] != (end - start).days or abs(answer["months"]) > 11:
            return False
        if any(way * answer[part] < 0 for part in ("years", "months", "days")):
            return False
        try:
            beyond = way * (clamped(start, months + way) - end).days > 0
        except ValueError:
            beyond = True
        return beyond and clamped(start, months) + timedelta(answer["days"]) == end

    return Case("date.difference", {"start": start.isoformat(), "end": end.isoformat()}, right)


def _near(rng: Random, ordinal: int) -> int:
    return min(date.max.toordinal(), max(1, ordinal + rng.randint(-70, 70)))


def describe(rng: Random) -> Case:
    """All that a date says; now and then one that isn't in the calendar."""
    if rng.random() < 0.05:
        wrong = rng.choice(["2023-02-29", "1900-02-29", "2026-04-31", "0000-01-01", "2026-13-01", "2026-00-10"])
        return Case("date.describe", {"date": wrong}, None)
    there = day(rng)
    year, week, weekday = there.isocalendar()
    right = equal(
        weekday=_DAYS[there.weekday()],
        iso_year=year,
        iso_week=week,
        iso_weekday=weekday,
        day_of_year=there.timetuple().tm_yday,
        days_in_month=monthrange(there.year, there.month)[1],
        leap_year=isleap(there.year),
    )
    return Case("date.describe", {"date": there.isoformat()}, right)


def shown(value: Decimal) -> str:
    """Seconds as h:m:s with the places that the decimal has."""
    places = -int(value.as_tuple().exponent)
    whole, fraction = divmod(abs(value), 1)
    minutes, seconds = divmod(int(whole), 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}" + (format(fraction, "f")[1:] if places else "")
    return f"-{text}" if value < 0 else text


def span(rng: Random) -> Decimal:
    """Seconds with up to six places."""
    return Decimal(rng.randint(-(10 ** rng.randint(1, 11)), 10**11)).scaleb(-rng.randint(0, 6))


def seconds(rng: Random) -> Case:
    """h:m:s read, the hours left out where they may be."""
    value = span(rng)
    text = shown(value)
    if text.startswith("00:") and rng.random() < 0.5:
        text = text[3:]
    return Case("duration.seconds", {"duration": text}, equal(seconds=value))


def show(rng: Random) -> Case:
    """h:m:s written."""
    value = span(rng)
    return Case("duration.show", {"seconds": value}, equal(duration=shown(value)))


def add_durations(rng: Random) -> Case:
    """Sums and differences."""
    a, b, op = span(rng), span(rng), rng.choice("+-")
    total = a + b if op == "+" else a - b
    return Case("duration.add", {"a": shown(a), "op": op, "b": shown(b)}, equal(duration=shown(total)))


def scale(rng: Random) -> Case:
    """Multiples, rounded to a digit of a second."""
    a, factor, places = span(rng), Decimal(rng.randint(-9999, 9999)).scaleb(-rng.randint(0, 4)), rng.randint(0, 9)
    product = WIDE.multiply(a, factor)
    value = product.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, WIDE)
    arguments: dict[str, object] = {"duration": shown(a), "factor": factor, "places": places}
    return Case("duration.scale", arguments, equal(duration=shown(value), exact=value == product))


def moment(rng: Random) -> datetime:
    """A moment, to a microsecond or a minute."""
    there = datetime.combine(day(rng), datetime.min.time()) + timedelta(microseconds=rng.randrange(86_400_000_000))
    return there if rng.random() < 0.5 else there.replace(second=0, microsecond=0)


def _exactly(there: timedelta) -> Decimal:
    return Decimal(there // timedelta(microseconds=1)).scaleb(-6)


def between(rng: Random) -> Case:
    """From one moment to another."""
    start, end = moment(rng), moment(rng)
    value = _exactly(end - start)
    if not start.microsecond and not end.microsecond:
        value = value.quantize(Decimal(1))
    arguments: dict[str, object] = {"start": start.isoformat(), "end": end.isoformat()}
    return Case("moment.difference", arguments, equal(duration=shown(value), seconds=value))


def later(rng: Random) -> Case:
    """A moment and a duration."""
    start, value = moment(rng), span(rng)
    arguments: dict[str, object] = {"moment": start.isoformat(), "duration": shown(value)}
    try:
        end = start + timedelta(microseconds=int(value.scaleb(6)))
    except OverflowError:
        return Case("moment.add", arguments, None)

    def right(answer: Answer) -> bool:
        # The firmware keeps the places that it was given; datetime knows six or none.
        text: str = answer["moment"]
        whole, _, fraction = text.partition(".")
        return f"{whole}.{fraction:0<6}" == end.isoformat(timespec="microseconds")

    return Case("moment.add", arguments, right)


MAKERS: tuple[Maker, ...] = (
    add,
    difference,
    describe,
    seconds,
    show,
    add_durations,
    scale,
    between,
    later,
)
