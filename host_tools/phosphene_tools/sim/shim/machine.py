# SPDX-License-Identifier: Apache-2.0
"""`machine` of the simulated board: the signatures of the rp2 port, on virtual hardware."""

# ruff: noqa: PLC0414 -- imported to be found here

from binascii import unhexlify

import sim_link as link
from sim_pin import Pin as Pin
from sim_timer import WDT as WDT
from sim_timer import Timer as Timer
from sim_uart import UART as UART
from umachine import *

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
SOFT_RESET = 4

# What lives in a module of its own, so that a program pays only for what it uses.
_ELSEWHERE = {
    "PWM": "sim_analog",
    "ADC": "sim_analog",
    "I2C": "sim_bus",
    "SoftI2C": "sim_bus",
    "bitstream": "sim_bus",
    "SimFlash": "sim_flash",
    "SimCapture": "sim_capture",
    "I2CTarget": "sim_target",
}


def reset():
    """Reset the chip."""
    link.send(link.RESET, 0, 0)
    link.halt()


def soft_reset():
    """Start the interpreter again; pins stay as they are."""
    link.send(link.RESET, 0, 1)
    link.halt()


def reset_cause():
    """Numbers as in PROTOCOL.md: 0 unknown, 1 power-on, 2 reset pin, 3 watchdog, 4 soft, 5 brown-out."""
    return int(link.setting("RESET_CAUSE"))


def unique_id():
    return unhexlify(link.setting("UNIQUE_ID"))


def freq(*_):
    """The clock of the named micro-controller; the simulation runs as fast as it can."""
    return 150000000


def disable_irq():
    return link.mask(True)


def enable_irq(state=False):
    link.mask(bool(state))


def __getattr__(name):
    if name == "__all__":  # `from machine import *`
        return [known for known in globals() if known[0] != "_"] + list(_ELSEWHERE)
    module = _ELSEWHERE.get(name)
    if module is None:
        raise AttributeError(name)
    return getattr(__import__(module), name)
