# SPDX-License-Identifier: Apache-2.0
"""What is asked of an input device beyond its events; see linux/input.h."""

from __future__ import annotations

import fcntl
import struct
import time
from typing import Any, Final

from phosphene.touch.fingers import (
    ABS_X,
    ABS_Y,
    BTN_LEFT,
    BTN_TOUCH,
    MT_ID,
    MT_SLOT,
    MT_X,
    MT_Y,
    State,
)

_SET_CLOCK: Final = 0x4004_45A0  # EVIOCSCLOCKID
_GET_SLOTS: Final = 0x8000_450A  # EVIOCGMTSLOTS, without its length
_LENGTH: Final = 16


def stamp_monotonic(fd: int) -> None:
    """Have events carry the time of the monotonic clock; they carry the time of day otherwise, which jumps."""
    fcntl.ioctl(fd, _SET_CLOCK, struct.pack("i", time.CLOCK_MONOTONIC))


def slot_values(fd: int, code: int, slots: int) -> list[int]:
    """Return one value of each slot: its finger's number, or a coordinate."""
    asked = struct.pack(f"I{slots}i", code, *[0] * slots)
    told = fcntl.ioctl(fd, _GET_SLOTS | len(asked) << _LENGTH, asked)
    return list(struct.unpack(f"I{slots}i", told)[1:])


def state_of(device: Any, *, slots: bool) -> State:
    """Return what a panel says now; `device` is evdev's."""
    if slots:
        slot = device.absinfo(MT_SLOT)
        count = slot.max + 1
        ids, xs, ys = (slot_values(device.fd, code, count) for code in (MT_ID, MT_X, MT_Y))
        return State(ids, xs, ys, min(max(slot.value, 0), slot.max))
    pressed = bool({BTN_TOUCH, BTN_LEFT} & set(device.active_keys()))
    return State([0 if pressed else -1], [device.absinfo(ABS_X).value], [device.absinfo(ABS_Y).value])
