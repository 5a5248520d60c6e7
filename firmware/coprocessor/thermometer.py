# SPDX-License-Identifier: Apache-2.0
"""Thermometers that `board.json` declares, read in thousandths of a degree Celsius.

`"sensors": [{"name", "kind", "i2c", "address"}]` is what hangs on the I2C buses.
"""

from struct import unpack

import device
import i2c
from refusal import refused


class Tmp117:
    """Texas Instruments TMP117 (datasheet SNOSD82): 16 bits in steps of 1/128 degree."""

    RESULT, IDENTITY = 0x00, 0x0F
    IS_TMP117 = 0x117  # the upper four bits are a revision
    NO_RESULT = -32768  # until the first conversion ended
    LEAST, MOST = -55_000, 150_000  # what it can measure

    def __init__(self, declared: dict):
        self._bus = i2c.bus(declared["i2c"])
        self._address = declared["address"]

    def read(self) -> int:
        """The temperature in thousandths of a degree.

        Raises OSError when it does not answer, ValueError when it says what can't be.
        """
        identity = unpack(">H", self._bus.readfrom_mem(self._address, self.IDENTITY, 2))[0]
        if identity & 0xFFF != self.IS_TMP117:
            raise ValueError("not a TMP117")
        steps = unpack(">h", self._bus.readfrom_mem(self._address, self.RESULT, 2))[0]
        if steps == self.NO_RESULT:
            raise ValueError("no conversion yet")
        milli = (steps * 1000 + 64) // 128
        if not self.LEAST <= milli <= self.MOST:
            raise ValueError("beyond its range")
        return milli


def named(name: str):
    """The declared thermometer of this name: `read()` tells thousandths of a degree at once. Raises Refusal."""
    sensors = device.config.get("sensors", ())
    for declared in sensors:
        if declared["name"] == name:
            made = at_once(declared)
            if made is None:
                raise refused("%s, a %s, can't be read at once; use another sensor" % (name, declared["kind"]))
            return made
    there = " ".join([declared["name"] for declared in sensors])
    raise refused("no sensor %r; there are: %s" % (name, there))


def at_once(declared: dict):
    """The driver of a sensor that needs no waiting, or None. A board pays for its own sensors only."""
    kind = declared["kind"]
    if kind == "tmp117":
        return Tmp117(declared)
    if kind == "bme280":
        from bme280 import Bme280

        return Bme280(declared)
    return None


def celsius(milli: int) -> str:
    """Thousandths of a degree as decimal text with one place, halves away from zero."""
    tenths = (abs(milli) + 50) // 100
    return "%s%d.%d" % ("-" if milli < 0 and tenths else "", tenths // 10, tenths % 10)
