# SPDX-License-Identifier: Apache-2.0
"""What the bench can do to a rig's sensors, and see of what it drives beyond levels. Names are the rig's.

Feature ``instrument``. A test says what it wants in the sensor's own quantity; how that comes about is the bench's.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import pytest

from phosphene.errors import PhospheneError


class Duty(NamedTuple):
    """A pulse-width modulation: its frequency in Hz, and the share of time that it is high, 0 to 1."""

    frequency: int
    share: float


class InstrumentError(PhospheneError):
    """The instrument, or what switches the power, does not do its part: the test says nothing of the board."""


class NotWired(pytest.skip.Exception):
    """The test asked for what this instrument has no wire to: it is skipped, and says so."""


class Instrument(Protocol):
    """Feature ``instrument``."""

    def temperature(self, sensor: str, celsius: float) -> None:
        """Bring a thermometer to this temperature."""
        ...

    def air(self, sensor: str, hectopascals: float, percent: float) -> None:
        """Bring a climate sensor to this pressure and relative humidity."""
        ...

    def plug(self, sensor: str, *, plugged: bool) -> None:
        """Take a sensor off its bus, or put it back."""
        ...

    def voltage(self, name: str, millivolts: float) -> None:
        """Put this voltage on an analog input, as before its divider."""
        ...

    def load(self, cell: str, counts: int) -> None:
        """Load a cell so that its converter reads this."""
        ...

    def duty(self, output: str) -> Duty | None:
        """Return how an output is modulated, None while it is not."""
        ...

    def lamps(self, lights: str) -> bytes:
        """Return the bytes that reached a chain of lamps last: green, red, blue (and white) of each."""
        ...

    @property
    def poured_ml(self) -> float:
        """What the dispenser's pump has moved, ever, in millilitres."""
        ...

    async def power_off_for(self, seconds: float) -> None:
        """Take the power away for so long, by the reckoning of a clock with a battery; returns when all is up again."""
        ...
