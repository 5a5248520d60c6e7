# SPDX-License-Identifier: Apache-2.0
"""The digits in a DS3231's registers (datasheet 19-5170, figure 1): its time, and what we keep in its alarms."""

from gregorian import from_days, month_days, to_days, weekday
from micropython import const

DAY = const(86400)
_EPOCH = to_days(1970, 1, 1)
FIRST_HOUR = (to_days(2020, 1, 1) - _EPOCH) * 24  # since 1970; before it nobody set a clock
# It takes every fourth year for a leap year ("valid up to 2100"), so it goes wrong with 2100-02-29.
LAST = (to_days(2100, 3, 1) - _EPOCH) * DAY
_FINE_MS, _COARSE_MS = const(40000), const(20000)


def registers_of(utc: int) -> bytes:
    """The time in registers 0x00 to 0x06, 24 hours a day."""
    days, second = divmod(utc, DAY)
    year, month, date = from_days(_EPOCH + days)
    century = 0x80 if year >= 2100 else 0
    return bytes(
        (
            _bcd(second % 60),
            _bcd(second // 60 % 60),
            _bcd(second // 3600),
            weekday(_EPOCH + days),
            _bcd(date),
            _bcd(month) | century,
            _bcd(year % 100),
        )
    )


def seconds_of(registers: bytes) -> int:
    """The time in registers 0x00 to 0x06, in seconds since 1970. Raises ValueError where it is none."""
    second, minute, date = _number(registers[0]), _number(registers[1]), _number(registers[4])
    if registers[2] & 0x40:  # twelve hours, which another program chose
        hour = _number(registers[2] & 0x1F) % 12 + (12 if registers[2] & 0x20 else 0)
    else:
        hour = _number(registers[2])
    month, year = _number(registers[5] & 0x7F), 2000 + _number(registers[6])
    if registers[5] & 0x80:
        year += 100
    if second > 59 or minute > 59 or hour > 23 or not 1 <= month <= 12 or not 1 <= date <= month_days(year, month):
        raise ValueError("it tells a time that is none; use time.set")
    utc = (to_days(year, month, date) - _EPOCH) * DAY + hour * 3600 + minute * 60 + second
    if utc >= LAST:
        raise ValueError("it can't count beyond 2100-02-28")
    return utc


def record(hours: int, error_ms: int) -> bytes:
    """The alarm registers 0x07 to 0x0D that say this, as times that a calendar has; the error rounded up."""
    hours -= FIRST_HOUR
    code = error_ms if error_ms < _FINE_MS else _FINE_MS + -(-(error_ms - _FINE_MS) // _COARSE_MS)
    return _digits(hours, (60, 60, 24)) + _digits(code, (60, 24))


def record_of(registers: bytes) -> tuple:
    """(hours since 1970, error in ms) that the alarm registers say. Raises ValueError."""
    hours = _value(registers[7:11], (60, 60, 24))
    code = _value(registers[11:14], (60, 24))
    return FIRST_HOUR + hours, code if code < _FINE_MS else _FINE_MS + (code - _FINE_MS) * _COARSE_MS


def _digits(value: int, bases: tuple) -> bytes:
    """A number as minutes, hours and the like, and what is left as a date."""
    digits = []
    for base in bases:
        value, digit = divmod(value, base)
        digits.append(_bcd(digit))
    return bytes(digits + [_bcd(value + 1)])


def _value(registers: bytes, bases: tuple) -> int:
    value = _number(registers[-1]) - 1
    known = 0 <= value < 31
    for register, base in zip(reversed(registers[:-1]), reversed(bases)):
        digit = _number(register)
        known = known and digit < base
        value = value * base + digit
    if not known:
        raise ValueError("it was not set by this firmware; use time.set")
    return value


def _bcd(number: int) -> int:
    return number // 10 << 4 | number % 10


def _number(bcd: int) -> int:
    if bcd >> 4 > 9 or bcd & 15 > 9:
        raise ValueError("it tells digits that are none; use time.set")
    return (bcd >> 4) * 10 + (bcd & 15)
