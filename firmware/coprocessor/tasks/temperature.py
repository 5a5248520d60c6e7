# SPDX-License-Identifier: Apache-2.0
"""Temperature, humidity and air pressure from the sensors that `board.json` declares.

TMP117 and BME280 hang on I2C: `{"name", "kind", "i2c", "address"}`; DS18B20 on
1-Wire: `{"name", "kind", "pin"}`, with `rom` where several share the pin.
"""

import device
import thermometer
from decimals import rounded
from decimals import text as decimal
from refusal import refused
from task import field, task

NOT_YET = "no conversion yet"
TRIES = 30
TRY_MS = 20  # 600 ms in all: longer than any sensor's first conversion

_sensors = {}


@task(
    "temperature.read",
    says=("how warm is", "temperature of"),
    kind="process",
    args=(field("sensor", "text", max=32),),
    results=(field("celsius", "decimal", max=16, unit="°C"), field("step", "decimal", max=16, unit="°C")),
    idempotent=True,
    privilege="read",
    help="The temperature of a sensor, and the smallest step that this sensor tells.",
)
def read(sensor):
    kind, chip, declared = _named(sensor)
    if kind == "ds18b20":
        steps = yield from _asked(chip, declared)
        return decimal(steps * 625, 4), "0.0625"
    if kind == "bme280":
        hundredths, _, _ = yield from _awaited(chip.measure, declared)
        return decimal(hundredths, 2), "0.01"
    milli = yield from _awaited(chip.read, declared)
    return decimal(milli, 3), "0.0078125"


@task(
    "temperature.air",
    says=("humidity of", "air pressure of"),
    kind="process",
    args=(field("sensor", "text", max=32),),
    results=(
        field("celsius", "decimal", max=16, unit="°C"),
        field("percent", "decimal", max=16, unit="%"),
        field("hectopascals", "decimal", max=16, unit="hPa"),
    ),
    idempotent=True,
    privilege="read",
    help="Temperature, relative humidity and air pressure of a BME280.",
)
def air(sensor):
    kind, chip, declared = _named(sensor)
    if kind != "bme280":
        raise refused("%s is a %s, which measures temperature only" % (sensor, kind))
    hundredths, pressure, humidity = yield from _awaited(chip.measure, declared)
    # Its noise is 0.2 Pa and 0.02 % (datasheet, tables 3 and 2): finer digits would be invented.
    return (
        decimal(hundredths, 2),
        decimal(rounded(humidity * 100, 1024)[0], 2),
        decimal(rounded(pressure, 256)[0], 2),
    )


def _named(name):
    sensors = device.config.get("sensors", ())
    for declared in sensors:
        if declared["name"] == name:
            if name not in _sensors:
                _sensors[name] = _made(declared)
            return declared["kind"], _sensors[name], declared
    raise refused("no sensor %r; there are: %s" % (name, " ".join([s["name"] for s in sensors])))


def _made(declared):
    if declared["kind"] == "ds18b20":
        from ds18b20 import Ds18b20

        return Ds18b20(declared)
    made = thermometer.at_once(declared)
    if made is None:
        raise refused("there is no driver for a %s, which %s is" % (declared["kind"], declared["name"]))
    return made


def _awaited(measure, declared):
    """What `measure` returns, once the sensor has something. Raises Refusal."""
    for _ in range(TRIES):
        try:
            return measure()
        except OSError:
            raise refused(
                "%s: no answer at address 0x%02x of i2c %d; check its wiring, supply, pull-ups and address"
                % (declared["name"], declared["address"], declared["i2c"])
            )
        except ValueError as fault:
            if str(fault) != NOT_YET:
                raise refused("%s: %s" % (declared["name"], fault))
        yield TRY_MS
    raise refused("%s has no conversion after %d ms; take its power away once" % (declared["name"], TRIES * TRY_MS))


def _asked(chip, declared):
    try:
        steps = yield from chip.measure()
    except ValueError as fault:
        raise refused("%s: %s" % (declared["name"], fault))
    return steps
