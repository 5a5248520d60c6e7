# SPDX-License-Identifier: Apache-2.0
"""Durations, written h:m:s as in 26:03:04.5, and moments (date and time of day, no time zone)."""

from decimals import aligned, rounded, scaled, text
from gregorian import from_days, parsed, shown, to_days
from refusal import refused
from task import field, task


@task(
    "duration.seconds",
    says=("how many seconds are",),
    args=(field("duration", "text", min=1, max=40),),
    results=(field("seconds", "decimal", max=40, unit="s"),),
    idempotent=True,
    privilege="read",
    help="A duration in seconds; h:m:s, m:s or s, minutes and seconds below 60 behind a colon.",
)
def seconds(duration):
    return (text(*_seconds(duration)),)


@task(
    "duration.show",
    args=(field("seconds", "decimal", max=32, unit="s"),),
    results=(field("duration", "text", max=48),),
    idempotent=True,
    privilege="read",
    help="Seconds as a duration h:m:s.",
)
def show(seconds):
    return (_shown(*scaled(seconds)),)


@task(
    "duration.add",
    says=("add the times",),
    args=(
        field("a", "text", min=1, max=40),
        field("op", "choice", choices=("+", "-")),
        field("b", "text", min=1, max=40),
    ),
    results=(field("duration", "text", max=48),),
    idempotent=True,
    privilege="read",
    help="The sum or difference of two durations.",
)
def add(a, op, b):
    x, y, places = aligned(text(*_seconds(a)), text(*_seconds(b)))
    return (_shown(x + y if op == "+" else x - y, places),)


@task(
    "duration.scale",
    says=("times as long", "half the time"),
    args=(
        field("duration", "text", min=1, max=40),
        field("factor", "decimal", max=32),
        field("places", "u8", max=9),
    ),
    results=(field("duration", "text", max=72), field("exact", "bool")),
    idempotent=True,
    privilege="read",
    help="A duration times a factor, to so many places of a second, halves to even.",
)
def scale(duration, factor, places):
    (x, p), (y, q) = _seconds(duration), scaled(factor)
    value, exact = rounded(x * y * 10**places, 10 ** (p + q))
    return _shown(value, places), exact


@task(
    "moment.difference",
    says=("how long is it from",),
    args=(field("start", "text", min=16, max=29), field("end", "text", min=16, max=29)),
    results=(field("duration", "text", max=48), field("seconds", "decimal", max=32, unit="s")),
    idempotent=True,
    privilege="read",
    help="From one moment to another, each as in 2026-11-22T17:40:00; every day has 86,400 seconds.",
)
def difference(start, end):
    y, x, places = aligned(text(*_moment(end)), text(*_moment(start)))
    return _shown(y - x, places), text(y - x, places)


@task(
    "moment.add",
    says=("what time is it in",),
    args=(field("moment", "text", min=16, max=29), field("duration", "text", min=1, max=40)),
    results=(field("moment", "text", max=48),),
    idempotent=True,
    privilege="read",
    help="The moment that is a duration later, or earlier with a minus.",
)
def later(moment, duration):
    x, y, places = aligned(text(*_moment(moment)), text(*_seconds(duration)))
    one = 86400 * 10**places
    days, rest = divmod(x + y, one)
    return ("%sT%s" % (shown(*from_days(days)), _shown(rest, places)),)


def _seconds(duration):
    """A duration as (integer, places) of seconds. Raises Refusal."""
    parts = (duration[1:] if duration[0] == "-" else duration).split(":")
    whole, point, fraction = parts[-1].partition(".")
    if (
        len(parts) > 3
        or not all([part.isdigit() for part in parts[:-1]])
        or not whole.isdigit()
        or (point and not fraction.isdigit())
    ):
        raise refused("%r is no duration; write it as 1:02:03 or 2:03.5" % duration[:20])
    total = 0
    for i, part in enumerate(parts[:-1] + [whole]):
        if i and (int(part) > 59 or len(part) != 2):
            raise refused("%r: behind a colon stand two digits up to 59" % duration[:20])
        total = 60 * total + int(part)
    value = int(str(total) + fraction)
    return (-value if duration[0] == "-" else value), len(fraction)


def _shown(value, places):
    """The inverse, always with hours."""
    whole, rest = divmod(abs(value), 10**places)
    sign = "-" if value < 0 else ""
    fraction = text(rest, places)[1:] if places else ""
    return "%s%02d:%02d:%02d%s" % (sign, whole // 3600, whole // 60 % 60, whole % 60, fraction)


def _moment(moment):
    """Date and time of day as (integer, places) of seconds since day 0. Raises Refusal."""
    date, separator, time = moment.partition("T")
    parts = time.split(":")
    if not separator or len(parts) not in (2, 3) or len(parts[0]) != 2 or not parts[0].isdigit():
        raise refused("%r is no moment; write it as 2026-11-22T17:40:00" % moment[:32])
    value, places = _seconds(time if len(parts) == 3 else time + ":00")
    one = 10**places
    if value >= 86400 * one:
        raise refused("%s: a day ends at 23:59:59" % moment)
    return to_days(*parsed(date)) * 86400 * one + value, places
