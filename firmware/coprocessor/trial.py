# SPDX-License-Identifier: Apache-2.0
"""A version that nobody confirms resets the board, until its starts are used up and the one before it runs again."""

import sys
from binascii import unhexlify

import device
import machine
import slots
from micropython import const

CONFIRM_MS = const(60000)
_confirmed = []


def seal() -> bytes:
    """The SHA-256 of the running version's manifest."""
    root, slot = slots.here()
    return unhexlify(slots.held(root).seals[slot])


def begin() -> None:
    """Watch the time, if the version that runs is on trial; else leave nothing in memory."""
    root, slot = slots.here()
    if slots.held(root).trial == slot:
        device.drains.append(_look)
    else:
        del sys.modules["slots"], sys.modules["trial"]


def end() -> None:
    """It was confirmed."""
    _confirmed.append(True)


def _look() -> None:
    if not _confirmed and device.clock.ms() > CONFIRM_MS:
        device.safety.disarm("the version on trial was not confirmed in time")
        machine.reset()
