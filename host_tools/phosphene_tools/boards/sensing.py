# SPDX-License-Identifier: Apache-2.0
"""What a rig measures, and holds by it: `[[i2c]]`, `[[sensor]]`, `[[analog]]`, `[[load_cell]]`, `[[thermostat]]`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from phosphene_tools.boards.table import Name, Pin, Table

Celsius = Annotated[float, Field(ge=-50, le=150)]
BusId = Annotated[int, Field(ge=0, le=3)]
Address = Annotated[int, Field(ge=0x08, le=0x77)]


class I2c(Table):
    """An I2C bus of the micro-controller."""

    id: BusId
    """The number that `machine.I2C` knows it by."""
    sda: Pin
    """GPIO of SDA; a pull-up of 2.2 kΩ to 10 kΩ is outside."""
    scl: Pin
    """GPIO of SCL, pulled up likewise."""
    freq: Annotated[int, Field(ge=10_000, le=1_000_000)] = 400_000
    """Clock in Hz, within what every device on it takes."""


class Tmp117(Table):
    """A TMP117 thermometer on an I2C bus."""

    name: Name
    """What tasks call it."""
    kind: Literal["tmp117"]
    """Which part it is."""
    i2c: BusId
    """The bus that it hangs on, by its id."""
    address: Address
    """Its 7-bit address, 0x48 to 0x4B by its pin ADD0."""


class Bme280(Table):
    """A BME280 on an I2C bus: temperature, humidity, air pressure."""

    name: Name
    """What tasks call it."""
    kind: Literal["bme280"]
    """Which part it is."""
    i2c: BusId
    """The bus that it hangs on, by its id."""
    address: Address
    """Its 7-bit address, 0x76 or 0x77 by its pin SDO."""


class Ds18b20(Table):
    """A DS18B20 thermometer on a 1-Wire bus."""

    name: Name
    """What tasks call it."""
    kind: Literal["ds18b20"]
    """Which part it is."""
    pin: Pin
    """GPIO of the data wire; a pull-up of 4.7 kΩ is outside. Several may share it."""
    rom: Annotated[str, Field(pattern=r"^28[0-9a-f]{14}$")] | None = None
    """Its code, 16 hexadecimal digits; needed where several share the pin. A wrong guess's error lists those there."""


Sensor = Annotated[Tmp117 | Bme280 | Ds18b20, Field(discriminator="kind")]


class Analog(Table):
    """A voltage."""

    name: Name
    """What tasks call it."""
    pin: Pin
    """GPIO that the analog-to-digital converter reaches."""
    full_mv: Annotated[int, Field(ge=1, le=1_000_000)] = 3300
    """What is measured at full scale, in mV, a divider before the pin included."""


class LoadCell(Table):
    """A load cell behind an HX711."""

    name: Name
    """What tasks call it."""
    data: Pin
    """GPIO of DOUT."""
    clock: Pin
    """GPIO of PD_SCK."""
    gain: Literal[128, 64, 32] = 128
    """128 or 64 is channel A, 32 is channel B."""
    settle_ms: Annotated[int, Field(ge=0, le=50)] = 0
    """How long a bit takes to arrive, in ms, where the chip is simulated or behind slow couplers."""


class BatteryClock(Table):
    """A clock that goes on without power."""

    kind: Literal["ds3231"]
    """Which part it is."""
    i2c: BusId
    """The bus that it hangs on, by its id; its address is 0x68."""
    drift_ppm: Annotated[int, Field(ge=2, le=100)] = 2
    """By how much it is off at most: 2 from 0 to 40 °C, 4 beyond, 5 for a DS3231M; 5 more for ten years of age."""


class Thermostat(Table):
    """A temperature that the firmware holds by itself."""

    name: Name
    """What tasks call it."""
    sensor: Name
    """The thermometer, by its name: a TMP117 or BME280."""
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
