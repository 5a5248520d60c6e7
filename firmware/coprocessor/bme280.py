# SPDX-License-Identifier: Apache-2.0
"""Bosch BME280: temperature, air pressure, humidity (datasheet BST-BME280-DS002, revision 1.6).

`bme280_compensation.py` makes quantities of what its converters read.
"""

import i2c
from bme280_compensation import fine_temperature, pascals, percents, trimming

IDENTITY, HUMIDITY_CONTROL, CONTROL, DATA = 0xD0, 0xF2, 0xF4, 0xF7  # section 5.3
TRIMMING, MORE_TRIMMING = 0x88, 0xE1
IS_BME280, IS_BMP280 = 0x60, 0x58
HUMIDITY_ONCE = 0x01  # section 5.4.3: oversampling × 1
# Section 5.4.5: temperature and pressure × 1, normal mode; section 5.4.6: standby 250 ms, no filter.
NORMAL, STANDBY = 0x27, 0x60
NO_RESULT = 0x80000  # section 5.4.8: what the data registers hold after a reset


class Bme280:
    """One sensor on a declared bus, set to measure by itself four times a second."""

    def __init__(self, declared: dict):
        self._bus = i2c.bus(declared["i2c"])
        self._address = declared["address"]
        self._trim = ()

    def read(self) -> int:
        """The temperature in thousandths of a degree, as thermometers are read.

        Raises OSError when it does not answer, ValueError when it says what can't be.
        """
        return self.measure()[0] * 10

    def measure(self) -> tuple:
        """(hundredths of a degree, 1/256 pascal, 1/1024 percent). Raises as `read`."""
        self._set_up()
        data = self._bus.readfrom_mem(self._address, DATA, 8)
        pressure = data[0] << 12 | data[1] << 4 | data[2] >> 4
        temperature = data[3] << 12 | data[4] << 4 | data[5] >> 4
        humidity = data[6] << 8 | data[7]
        if NO_RESULT in (pressure, temperature):
            raise ValueError("no conversion yet")
        fine = fine_temperature(temperature, self._trim)
        return (fine * 5 + 128) >> 8, pascals(pressure, fine, self._trim), percents(humidity, fine, self._trim)

    def _set_up(self) -> None:
        """Settings and trimming, if it is not the one that was set up: it may have lost its power."""
        if self._trim and self._bus.readfrom_mem(self._address, CONTROL, 1)[0] == NORMAL:
            return
        identity = self._bus.readfrom_mem(self._address, IDENTITY, 1)[0]
        if identity == IS_BMP280:
            raise ValueError("a BMP280, which has no humidity; a BME280 is declared")
        if identity != IS_BME280:
            raise ValueError("not a BME280 (its identity is 0x%02x)" % identity)
        self._trim = trimming(
            self._bus.readfrom_mem(self._address, TRIMMING, 26), self._bus.readfrom_mem(self._address, MORE_TRIMMING, 7)
        )
        # Humidity's setting counts from the next write of the other one on (section 5.4.3);
        # the configuration is taken for sure only in sleep mode, that is before it (section 5.4.6).
        self._bus.writeto_mem(self._address, HUMIDITY_CONTROL, bytes((HUMIDITY_ONCE,)))
        self._bus.writeto_mem(self._address, CONTROL + 1, bytes((STANDBY,)))
        self._bus.writeto_mem(self._address, CONTROL, bytes((NORMAL,)))
