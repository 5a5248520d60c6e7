# SPDX-License-Identifier: Apache-2.0
"""Maxim DS3231, a clock with a battery (datasheet 19-5170, revision 10).

Its alarm registers, which nothing else here uses, hold when it was set and how wrong
that was. So both live and die with the time that they are about. What the registers
say is read and written by `ds3231_registers.py`.
"""

import i2c
from ds3231_registers import FIRST_HOUR, LAST, record, record_of, registers_of, seconds_of
from micropython import const

ADDRESS = const(0x68)
SECONDS, RECORD, CONTROL, STATUS = const(0x00), const(0x07), const(0x0E), const(0x0F)
RECORD_END = const(0x0D)  # the date of the second alarm; 0 is none, so a record that breaks off before is void
OSCILLATOR_STOPPED = const(0x80)  # in the status register: OSF
INTERRUPTS_OFF = const(0x04)  # in the control register: oscillator on, no square wave, no alarm on the pin


class Ds3231:
    """The chip on a declared bus. Every method raises OSError when it does not answer."""

    def __init__(self, declared: dict):
        self._bus = i2c.bus(declared["i2c"])

    def read(self) -> tuple:
        """(UTC in whole seconds since 1970, when it was set at the earliest, how far off it was then in ms).

        Raises ValueError when it can't be believed.
        """
        # One transfer: the time is that of its beginning ("Clock and Calendar").
        registers = self._bus.readfrom_mem(ADDRESS, SECONDS, 16)
        if registers[STATUS] & OSCILLATOR_STOPPED:
            raise ValueError("it stood still, without power or never set; look at its battery, then use time.set")
        utc = seconds_of(registers)
        hours, error_ms = record_of(registers)
        if not FIRST_HOUR <= hours <= utc // 3600:
            raise ValueError("it was not set by this firmware; use time.set")
        return utc, hours * 3600, error_ms

    def write(self, utc: int) -> None:
        """Begin the second `utc` now. What was recorded is void until `keep`. Raises ValueError."""
        if utc >= LAST:
            raise ValueError("it can't count beyond 2100-02-28")
        registers = registers_of(utc)
        self._bus.writeto_mem(ADDRESS, RECORD_END, b"\0")
        self._bus.writeto_mem(ADDRESS, SECONDS, registers)

    def keep(self, utc: int, error_ms: int) -> None:
        """Record that it was set at `utc`, and how far off; from here on it is believed."""
        self._bus.writeto_mem(ADDRESS, RECORD, record(utc // 3600, error_ms))
        self._bus.writeto_mem(ADDRESS, CONTROL, bytes((INTERRUPTS_OFF, 0)))
