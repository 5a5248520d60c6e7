# SPDX-License-Identifier: Apache-2.0
"""The scripted DS3231 against what its datasheet says, and against Python's calendar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phosphene_tools.sim.devices.ds3231 import Ds3231

OSF, STATUS, CONTROL = 0x80, 0x0F, 0x0E


def registers(chip: Ds3231, first: int, count: int) -> bytes:
    """What a controller reads."""
    chip.write(bytes([first]))
    return chip.read(count)


def at(text: str) -> float:
    """Seconds since 1970 of a time in UTC, in the middle of its second."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() + 0.4


def test_a_new_chip_says_that_it_stood_still_and_begins_with_2000() -> None:
    chip = Ds3231()
    assert chip.stopped
    assert registers(chip, 0, 7) == bytes([0, 0, 0, 1, 1, 1, 0])
    assert registers(chip, CONTROL, 2) == bytes([0x1C, 0x88])
    chip.write(bytes([STATUS, 0x00]))
    assert not chip.stopped
    chip.write(bytes([STATUS, 0xFF]))  # nobody can set the flag
    assert registers(chip, STATUS, 1) == bytes([0x08])


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T18:30:05",
        "2000-01-01T00:00:00",
        "2024-02-29T23:59:59",
        "2099-12-31T23:59:58",
        "2100-01-01T00:00:00",
        "2100-02-28T12:34:56",
    ],
)
def test_its_registers_are_the_calendars_digits(text: str) -> None:
    found = registers(Ds3231(at(text)), 0, 7)
    when = datetime.fromisoformat(text)
    digits = [int(f"{number}", 16) for number in (when.second, when.minute, when.hour)]
    assert list(found[:3]) == digits
    century = 0x80 if when.year >= 2100 else 0
    assert list(found[4:]) == [
        int(f"{when.day}", 16),
        int(f"{when.month}", 16) | century,
        int(f"{when.year % 100}", 16),
    ]


def test_a_century_later_its_bit_flips_and_its_leap_year_is_wrong() -> None:
    chip = Ds3231(at("2099-12-31T23:59:59"))
    assert registers(chip, 5, 2) == bytes([0x12, 0x99])
    chip.pass_time(1)
    assert registers(chip, 4, 3) == bytes([0x01, 0x81, 0x00])
    chip = Ds3231(at("2100-02-28T23:59:59"))
    chip.pass_time(1)
    assert registers(chip, 4, 2) == bytes([0x29, 0x82])  # no calendar has it; the chip does


def test_it_counts_twelve_hours_if_it_is_told_to() -> None:
    chip = Ds3231(at("2026-11-22T18:30:05"))
    for hours, shown in ((0x40 | 0x20 | 0x12, 12), (0x40 | 0x12, 0), (0x40 | 0x20 | 0x07, 19), (0x40 | 0x07, 7)):
        chip.write(bytes([2, hours]))
        assert registers(chip, 2, 1) == bytes([hours])
        assert int(chip.utc) // 3600 % 24 == shown
    chip.write(bytes([2, 0x23]))
    assert registers(chip, 2, 1) == bytes([0x23])


def test_writing_the_seconds_begins_one() -> None:
    chip = Ds3231(at("2026-11-22T18:30:05") + 0.5)
    assert chip.utc % 1 > 0.8
    chip.write(bytes([1, 0x31]))
    assert chip.utc % 1 > 0.8
    chip.write(bytes([0, 0x07]))
    assert chip.utc % 1 < 0.1


def test_the_pointer_goes_round_and_alarms_are_kept() -> None:
    chip = Ds3231(at("2026-11-22T18:30:05"))
    chip.write(bytes([7, *range(0x11, 0x18)]))
    assert registers(chip, 7, 7) == bytes(range(0x11, 0x18))
    chip.celsius = -10.25
    found = registers(chip, 0x11, 4)
    assert found[:2] == bytes([0xF5, 0xC0])
    assert found[2:] == registers(chip, 0, 2)


def test_it_drifts_as_it_is_told_and_stops_on_its_battery_if_it_may_not_go_on() -> None:
    chip = Ds3231(1_800_000_000, drift_ppm=-2)
    chip.pass_time(1_000_000)
    assert chip.utc == pytest.approx(1_800_999_998, abs=0.5)
    chip.write(bytes([CONTROL, 0x80]))
    chip.pass_time(1_000_000)
    assert chip.stopped
    assert chip.utc == pytest.approx(1_800_999_998, abs=0.5)
    chip.lose_battery()
    assert registers(chip, 4, 3) == bytes([1, 1, 0])
