# SPDX-License-Identifier: Apache-2.0
"""The I2C buses of this board: `board.json` declares `"i2c": [{"id", "sda", "scl", "freq"}]`."""

import device
from machine import I2C, Pin

_buses = {}


def bus(number: int) -> I2C:
    """The declared bus of this number; its users share one object."""
    if number not in _buses:
        for declared in device.config["i2c"]:
            if declared["id"] == number:
                sda, scl = Pin(declared["sda"]), Pin(declared["scl"])
                _buses[number] = I2C(number, scl=scl, sda=sda, freq=declared["freq"])
    return _buses[number]
