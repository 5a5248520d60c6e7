# SPDX-License-Identifier: Apache-2.0
"""A DS3231 clock with its battery, after Maxim's datasheet 19-5170 (revision 10)."""

from __future__ import annotations

import time

EPOCH = 946_684_800  # 2000-01-01 in seconds since 1970
_HOURS, _WEEKDAY, _CONTROL, _STATUS, _TEMPERATURE, _REGISTERS = 2, 3, 0x0E, 0x0F, 0x11, 0x13
_TIME = 7  # registers 0x00 to 0x06
_STOP_ON_BATTERY, _STOPPED, _TWELVE_HOURS, _AFTERNOON, _CENTURY = 0x80, 0x80, 0x40, 0x20, 0x80
_FIRST_CONTROL, _FIRST_STATUS = 0x1C, 0x88
_CAN_BE_CLEARED, _CAN_BE_WRITTEN = 0x83, 0x08  # of the status register: OSF and the alarm flags; EN32kHz
_DAY = 86_400
_FOUR_YEARS = 1461
_TWO_CENTURIES = 50 * _FOUR_YEARS
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Ds3231:
    """Runs on its battery whatever becomes of the board. `drift_ppm` is how fast it goes wrong, `celsius` its warmth.

    Its calendar is the chip's: every fourth year is a leap year, 2100 too, and after 2199 comes 2000.
    """

    def __init__(self, utc: float | None = None, *, drift_ppm: float = 0.0) -> None:
        """`utc` is what it was set to, in seconds since 1970; None: it has never been set."""
        self.celsius = 25.0
        self.illogical = 0
        """Dates written that no calendar has; the datasheet calls what follows undefined, here nothing does."""
        self._pointer = 0
        self._drift = drift_ppm / 1e6
        self.lose_battery()
        if utc is not None:
            self._begin(utc - EPOCH)
            self._registers[_STATUS] &= ~_STOPPED

    @property
    def utc(self) -> float:
        """What it shows, in seconds since 1970, with the fraction that only the chip knows."""
        return EPOCH + self._now()

    @property
    def stopped(self) -> bool:
        """The oscillator-stop flag."""
        return bool(self._registers[_STATUS] & _STOPPED)

    def pass_time(self, seconds: float) -> None:
        """Let so long pass without power for the board; it goes on if it may on its battery."""
        if self._registers[_CONTROL] & _STOP_ON_BATTERY:
            self._registers[_STATUS] |= _STOPPED
        else:
            self._begin(self._now() + seconds * (1 + self._drift))

    def lose_battery(self) -> None:
        """Take battery and supply away: everything is as at the first application of power."""
        self._registers = bytearray(_REGISTERS)
        self._registers[_CONTROL] = _FIRST_CONTROL
        self._registers[_STATUS] = _FIRST_STATUS
        self._weekday_shift = 0
        self._twelve_hours = False
        self._begin(0.0)

    def write(self, data: bytes) -> None:
        """Set the register pointer, and registers from there on if more bytes follow."""
        if not data:
            return
        self._pointer = data[0] % _REGISTERS
        times = bytearray(self._times())
        written: set[int] = set()
        for value in data[1:]:
            if self._pointer < _TIME:
                times[self._pointer] = value
                written.add(self._pointer)
            else:
                self._store(self._pointer, value)
            self._pointer = (self._pointer + 1) % _REGISTERS
        if written:
            self._set(bytes(times), chain_reset=0 in written)

    def read(self, count: int) -> bytes:
        """Return registers from the pointer on; the time is that of the transfer's beginning."""
        shown = self._times() + bytes(self._registers[_TIME:_TEMPERATURE]) + self._temperature()
        content = bytes(shown[(self._pointer + i) % _REGISTERS] for i in range(count))
        self._pointer = (self._pointer + count) % _REGISTERS
        return content

    def _store(self, register: int, value: int) -> None:
        if register == _STATUS:
            # Flags can be written to 0 only.
            kept = self._registers[_STATUS] & (value | ~_CAN_BE_CLEARED)
            self._registers[_STATUS] = kept & ~_CAN_BE_WRITTEN | value & _CAN_BE_WRITTEN
        elif register < _TEMPERATURE:
            self._registers[register] = value

    def _begin(self, seconds: float) -> None:
        self._base = seconds % (_TWO_CENTURIES * _DAY)
        self._since = time.monotonic()

    def _now(self) -> float:
        past = (time.monotonic() - self._since) * (1 + self._drift)
        return (self._base + past) % (_TWO_CENTURIES * _DAY)

    def _times(self) -> bytes:
        days, second = divmod(int(self._now()), _DAY)
        year, month, date = _date(days)
        hour = second // 3600
        if self._twelve_hours:
            hours = _TWELVE_HOURS | (_AFTERNOON if hour >= 12 else 0) | _bcd((hour + 11) % 12 + 1)
        else:
            hours = _bcd(hour)
        weekday = (days + self._weekday_shift) % 7 + 1
        century = _CENTURY if year >= 100 else 0
        clock = (_bcd(second % 60), _bcd(second // 60 % 60), hours, weekday)
        return bytes([*clock, _bcd(date), _bcd(month) | century, _bcd(year % 100)])

    def _set(self, registers: bytes, *, chain_reset: bool) -> None:
        """Go on from these; a write to the seconds begins a new second."""
        second, minute, date = (_number(registers[i] & 0x7F) for i in (0, 1, 4))
        self._twelve_hours = bool(registers[_HOURS] & _TWELVE_HOURS)
        if self._twelve_hours:
            hour = _number(registers[_HOURS] & 0x1F) % 12 + (12 if registers[_HOURS] & _AFTERNOON else 0)
        else:
            hour = _number(registers[_HOURS] & 0x3F)
        month, year = _number(registers[5] & 0x1F), _number(registers[6])
        year += 100 if registers[5] & _CENTURY else 0
        if second > 59 or minute > 59 or hour > 23 or not 1 <= month <= 12 or not 1 <= date <= _days(year, month):
            self.illogical += 1
            return
        days = year * 365 + (year + 3) // 4 + sum(_days(year, earlier) for earlier in range(1, month)) + date - 1
        fraction = 0.0 if chain_reset else self._now() % 1
        self._begin(days * _DAY + hour * 3600 + minute * 60 + second + fraction)
        self._weekday_shift = registers[_WEEKDAY] - 1 - days

    def _temperature(self) -> bytes:
        return (round(self.celsius * 4) * 64 & 0xFFFF).to_bytes(2, "big")


def _days(year: int, month: int) -> int:
    return 29 if month == 2 and year % 4 == 0 else _MONTHS[month - 1]


def _date(days: int) -> tuple[int, int, int]:
    cycle, rest = divmod(days, _FOUR_YEARS)
    year = 4 * cycle
    while rest >= (length := 366 if year % 4 == 0 else 365):
        year, rest = year + 1, rest - length
    month = 1
    while rest >= (length := _days(year, month)):
        month, rest = month + 1, rest - length
    return year, month, rest + 1


def _bcd(number: int) -> int:
    return number // 10 << 4 | number % 10


def _number(bcd: int) -> int:
    """Return what two digits say, or 100 where one is none."""
    tens, ones = bcd >> 4, bcd & 15
    return 10 * tens + ones if tens <= 9 and ones <= 9 else 100
