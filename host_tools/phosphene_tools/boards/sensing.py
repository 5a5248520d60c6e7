# SPDX-License-Identifier: Apache-2.0
"""What a rig measures, and holds by it: the tables `[[i2c]]`, `[[sensor]]` and `[[thermostat]]`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from phosphene_tools.boards.table import Name, Pin, Table

Celsius = Annotated[float, Field(ge=-50, le=150)]


class I2c(Table):
    """An I2C bus of the micro-controller."""

    id: Annotated[int, Field(ge=0, le=3)]
    """The number that `machine.I2C` knows it by."""
    sda: Pin
    """GPIO of SDA; a pull-up of 2.2 kΩ to 10 kΩ is outside."""
    scl: Pin
    """GPIO of SCL, pulled up likewise."""
    freq: Annotated[int, Field(ge=10_000, le=1_000_000)] = 400_000
    """Clock in Hz, within what every device on it takes."""


class Sensor(Table):
    """Something that measures, on an I2C bus."""

    name: Name
    """What tasks call it."""
    kind: Literal["tmp117"]
    """Which part it is."""
    i2c: Annotated[int, Field(ge=0, le=3)]
    """The bus that it hangs on, by its id."""
    address: Annotated[int, Field(ge=0x08, le=0x77)]
    """Its 7-bit address: a TMP117 has 0x48 to 0x4B."""


class Thermostat(Table):
    """A temperature that the firmware holds by itself."""

    name: Name
    """What tasks call it."""
    sensor: Name
    """The thermometer, by its name."""
    output: Name
    """The output that heats or cools, by its name."""
    mode: Literal["heat", "cool"] = "heat"
    """What the output does when it is on."""
    min_c: Celsius
    """The lowest temperature that may be asked for, in °C."""
    max_c: Celsius
    """The highest."""
    hysteresis_c: Annotated[float, Field(ge=0.05, le=20)] = 0.5
    """How far the temperature strays to either side before it acts, in °C."""
    cutoff_c: Celsius
    """The temperature at which something must be wrong: above max_c for "heat", below min_c for "cool"."""
