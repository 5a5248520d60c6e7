# SPDX-License-Identifier: Apache-2.0
"""What a rig moves and lights beyond plain outputs: `[[servo]]`, `[[lights]]`, `[dispenser]` with its `[flash]`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from phosphene_tools.boards.table import Name, Pin, Table

Microseconds = Annotated[int, Field(ge=400, le=2600)]
Sectors = Annotated[int, Field(ge=0, le=16_777_216, multiple_of=4096)]


class Servo(Table):
    """A hobby servo."""

    name: Name
    """What tasks call it."""
    output: Name
    """The output that its signal wire hangs on, by its name."""
    least_us: Microseconds = 1000
    """The pulse at 0 degrees, in µs."""
    most_us: Microseconds = 2000
    """The pulse at `degrees`, in µs."""
    degrees: Annotated[int, Field(ge=1, le=360)] = 90
    """How far it turns between the two."""


class Lights(Table):
    """A chain of WS2812 lamps."""

    name: Name
    """What tasks call it."""
    pin: Pin
    """GPIO to DIN of the first lamp."""
    count: Annotated[int, Field(ge=1, le=320)]
    """How many lamps there are."""
    channels: Literal[3, 4] = 3
    """3, or 4 where they have a white one."""
    max_ma: Annotated[int, Field(ge=0, le=100_000)] = 0
    """What their supply can give, in mA; 0 is any. A picture that would draw more is refused."""


class Dispenser(Table):
    """A pump and a flow meter behind it."""

    pump: Name
    """The output that pumps, by its name."""
    flow: Name
    """The input that the meter pulses, by its name; falling edges count."""
    pulses_per_litre: Annotated[int, Field(ge=1, le=1_000_000)]
    """The meter's constant."""
    max_hz: Annotated[int, Field(ge=1, le=300)]
    """The fastest that the meter can pulse at full flow, in Hz."""


class Region(Table):
    """A part of the flash that the file system leaves alone."""

    start: Sectors
    """Where it begins, in bytes from the beginning of the file system's part; a multiple of 4096."""
    size: Annotated[int, Field(ge=8192, le=1_048_576, multiple_of=4096)]
    """How long it is, in bytes; a multiple of 4096. 32768 remember the last 96 doses."""


class Flash(Table):
    """Flash outside of the file system."""

    journal: Region
    """Where the dispenser's journal lies."""
