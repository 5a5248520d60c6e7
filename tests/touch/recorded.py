# SPDX-License-Identifier: Apache-2.0
"""Panels as evdev sees them: event bytes come through a pipe, and what only a device can be asked is answered here."""

from __future__ import annotations

import os
import struct
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from phosphene.touch import evdev_state
from phosphene.touch.fingers import ABS_X, ABS_Y, BTN_TOUCH, EV_ABS, EV_KEY, MT_ID, MT_SLOT, MT_X, MT_Y, SYN_REPORT

EV_SYN = 0
# struct input_event of a 64-bit kernel: seconds, microseconds, type, code, value.
EVENT = struct.Struct("@qqHHi")


@dataclass
class Plugged:
    """A panel that is plugged in: its path, its name, the range of each axis, and its state when it is opened."""

    path: str
    name: str
    ranges: dict[int, tuple[int, int]]
    keys: tuple[int, ...] = (BTN_TOUCH,)
    now: dict[int, int] = field(default_factory=dict[int, int])
    slots: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    pressed: tuple[int, ...] = ()
    grabbed: bool = False

    def __post_init__(self) -> None:
        self.reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def send(self, *events: tuple[int, int, int], time_s: float | None = None) -> None:
        """Send events and the end of their report."""
        at = time.monotonic() if time_s is None else time_s
        stamp = int(at), int(at % 1 * 1e6)
        data = b"".join(EVENT.pack(*stamp, *event) for event in (*events, (EV_SYN, SYN_REPORT, 0)))
        os.write(self._writer, data)

    def unplug(self) -> None:
        """Pull it out."""
        os.close(self._writer)


def capacitive(path: str = "/dev/input/event4") -> Plugged:
    """Of five fingers, 800 by 480, as an FT5x06."""
    return Plugged(
        path,
        "generic ft5x06 (79)",
        {ABS_X: (0, 799), ABS_Y: (0, 479), MT_SLOT: (0, 4), MT_ID: (0, 65535), MT_X: (0, 799), MT_Y: (0, 479)},
        now={MT_SLOT: 0},
        slots={MT_ID: [-1] * 5, MT_X: [0] * 5, MT_Y: [0] * 5},
    )


def resistive(path: str = "/dev/input/event2") -> Plugged:
    """Of one finger and twelve bits, as an ADS7846."""
    return Plugged(path, "ADS7846 Touchscreen", {ABS_X: (0, 4095), ABS_Y: (0, 4095)})


def keyboard() -> Plugged:
    """What is no touch panel."""
    return Plugged("/dev/input/event0", "AT Translated Set 2 keyboard", {}, keys=(30, 31))


def plug(monkeypatch: pytest.MonkeyPatch, there: list[Plugged]) -> list[int]:
    """Let evdev find these devices; the list may change later. Return the clocks that were asked for, as they come."""
    evdev: Any = pytest.importorskip("evdev", reason="evdev is not installed: pip install phosphene[touch]")
    clocks: list[int] = []

    class Device(evdev.InputDevice):
        def __init__(self, path: str) -> None:
            found = [each for each in there if each.path == path]
            if not found:
                raise FileNotFoundError(2, "No such file or directory")
            self.plugged = found[0]
            self.path, self.name = path, self.plugged.name
            self.fd = os.dup(self.plugged.reader)

        def capabilities(self, verbose: bool = False, absinfo: bool = True) -> dict[int, list[Any]]:
            axes = [(axis, self.absinfo(axis)) if absinfo else axis for axis in self.plugged.ranges]
            return {EV_KEY: list(self.plugged.keys)} | ({EV_ABS: axes} if axes else {})

        def absinfo(self, axis_num: int) -> Any:
            low, high = self.plugged.ranges[axis_num]
            return evdev.AbsInfo(self.plugged.now.get(axis_num, 0), low, high, 0, 0, 0)

        def active_keys(self, verbose: bool = False) -> list[int]:
            return list(self.plugged.pressed)

        def grab(self) -> None:
            self.plugged.grabbed = True

    def slot_values(fd: int, code: int, slots: int) -> list[int]:
        return next(each.slots[code][:slots] for each in there if each.slots)

    monkeypatch.setattr(evdev, "InputDevice", Device)
    monkeypatch.setattr(evdev, "list_devices", lambda: [each.path for each in there])
    monkeypatch.setattr(evdev_state, "slot_values", slot_values)
    monkeypatch.setattr(evdev_state, "stamp_monotonic", clocks.append)
    return clocks
