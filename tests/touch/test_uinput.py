# SPDX-License-Identifier: Apache-2.0
"""A touch panel of the kernel's own making, where it may be made: then nothing at all stands in for anything."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest

from phosphene.screens.protocol import Contact
from phosphene.touch.evdev_panel import EvdevPanel
from phosphene.touch.fingers import ABS_X, ABS_Y, BTN_TOUCH, EV_ABS, EV_KEY, MT_ID, MT_SLOT, MT_X, MT_Y
from tests.sensors.waiting import until

evdev: Any = pytest.importorskip("evdev", reason="evdev is not installed: pip install phosphene[touch]")
pytestmark = pytest.mark.skipif(
    not os.access("/dev/uinput", os.W_OK), reason="/dev/uinput can't be written: sudo modprobe uinput, or run as root"
)
NAME = "phosphene test panel"


@pytest.mark.parametrize("slots", [False, True], ids=["one finger", "five fingers"])
def test_a_tap_through_the_kernel(slots: bool) -> None:
    def axis(highest: int) -> Any:
        return evdev.AbsInfo(0, 0, highest, 0, 0, 0)

    axes = [(ABS_X, axis(799)), (ABS_Y, axis(479))]
    if slots:
        axes += [(MT_SLOT, axis(4)), (MT_ID, axis(65535)), (MT_X, axis(799)), (MT_Y, axis(479))]
    with evdev.UInput({EV_KEY: [BTN_TOUCH], EV_ABS: axes}, name=NAME) as made:
        until(lambda: any(evdev.InputDevice(path).name == NAME for path in evdev.list_devices()))
        source = EvdevPanel(NAME)
        source.open()
        across, down = (MT_X, MT_Y) if slots else (ABS_X, ABS_Y)
        before = time.monotonic()
        for events in (
            [(EV_ABS, MT_ID, 1)] * slots + [(EV_ABS, across, 400), (EV_ABS, down, 120), (EV_KEY, BTN_TOUCH, 1)],
            [(EV_ABS, MT_ID, -1)] * slots + [(EV_KEY, BTN_TOUCH, 0)],
            # The kernel says nothing of what stays as it was.
            [(EV_ABS, MT_ID, 2)] * slots + [(EV_ABS, down, 360), (EV_ABS, across, 400), (EV_KEY, BTN_TOUCH, 1)],
        ):
            for event in events:
                made.write(*event)
            made.syn()
        contacts: list[Contact] = []
        until(lambda: contacts.extend(source.read(0.1)) or len(contacts) == 3)
        assert [each.down for each in contacts] == [True, False, True]
        assert [each.x for each in contacts] == [400.5 / 800] * 3
        assert [each.y for each in contacts] == [120.5 / 480, 120.5 / 480, 360.5 / 480]
        assert before <= contacts[0].time_s <= contacts[2].time_s <= time.monotonic()
        source.close()
