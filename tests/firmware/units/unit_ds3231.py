# SPDX-License-Identifier: Apache-2.0
"""A DS3231's registers: times there and back, what no calendar has, and the record in its alarms."""

import ds3231_registers as ds3231
from gregorian import to_days

EPOCH = to_days(1970, 1, 1)


def at(year, month, day, hour=0, minute=0, second=0):
    """Seconds since 1970."""
    return (to_days(year, month, day) - EPOCH) * 86400 + hour * 3600 + minute * 60 + second


def refused(function, *arguments):
    try:
        function(*arguments)
    except ValueError as fault:
        return str(fault)
    raise AssertionError("taken: %s" % (arguments,))


def test_a_time_becomes_the_datasheets_digits():
    assert ds3231.registers_of(at(2026, 11, 22, 18, 30, 5)) == b"\x05\x30\x18\x07\x22\x11\x26"
    assert ds3231.registers_of(at(2100, 1, 2)) == b"\0\0\0\x06\x02\x81\0"


def test_every_day_there_and_back():
    for day in range(to_days(2020, 1, 1), to_days(2100, 3, 1), 13):
        utc = (day - EPOCH) * 86400 + day * 7919 % 86400
        assert ds3231.seconds_of(ds3231.registers_of(utc)) == utc


def test_twelve_hours_are_understood():
    for register, hour in ((0x52, 0), (0x41, 1), (0x51, 11), (0x72, 12), (0x61, 13), (0x71, 23)):
        registers = bytearray(ds3231.registers_of(at(2026, 11, 22)))
        registers[2] = register
        assert ds3231.seconds_of(bytes(registers)) == at(2026, 11, 22, hour)


def test_what_is_no_time_is_told():
    good = ds3231.registers_of(at(2026, 11, 22, 18, 30, 5))
    for register, value in (
        (0, 0x60),
        (0, 0x0A),
        (1, 0x7A),
        (2, 0x24),
        (4, 0),
        (4, 0x31),
        (5, 0x13),
        (5, 0),
        (6, 0xA0),
    ):
        registers = bytearray(good)
        registers[register] = value
        assert "time.set" in refused(ds3231.seconds_of, bytes(registers))


def test_it_is_not_believed_once_its_leap_year_was_wrong():
    assert ds3231.seconds_of(ds3231.registers_of(at(2100, 2, 28, 23, 59, 59))) == at(2100, 3, 1) - 1
    # 2100-02-29, which it has, and the day after it
    for date, month in ((0x29, 0x82), (0x01, 0x83)):
        refused(ds3231.seconds_of, bytes((0, 0, 0, 1, date, month, 0)))


def test_the_record_is_kept_in_alarms_that_a_calendar_has():
    for hours in (at(2020, 1, 1) // 3600, at(2026, 11, 22, 18) // 3600, at(2100, 2, 28, 23) // 3600):
        for error_ms in (0, 1, 59, 60, 39999, 40000, 40001, 60000, 86400000, 86500000):
            kept = ds3231.record(hours, error_ms)
            assert len(kept) == 7
            for i in range(7):
                assert kept[i] <= (0x59, 0x59, 0x23, 0x31, 0x59, 0x23, 0x31)[i]
                assert kept[i] & 15 <= 9
            assert 0 not in (kept[3], kept[6])  # the dates
            told_hours, told_ms = ds3231.record_of(bytes(7) + kept)
            assert told_hours == hours
            assert error_ms <= told_ms < error_ms + (20000 if error_ms > 39999 else 1), (error_ms, told_ms)


def test_a_record_of_nobody_is_none():
    refused(ds3231.record_of, bytes(14))
    refused(ds3231.record_of, b"\xff" * 14)
    for alarms in (b"\x80\x80\x80\x81\x80\x80\x81", b"\x60\0\0\x01\0\0\x01", b"\0\0\x24\x01\0\0\x01"):
        refused(ds3231.record_of, bytes(7) + alarms)
