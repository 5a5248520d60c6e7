# SPDX-License-Identifier: Apache-2.0
"""A touch panel through the real evdev package, which reads the bytes that a kernel would have written."""

from __future__ import annotations

import time

import pytest

from phosphene.sensors.errors import SensorError
from phosphene.touch.calibration import Calibration
from phosphene.touch.evdev_panel import EvdevPanel, list_panels
from phosphene.touch.fingers import ABS_X, ABS_Y, BTN_TOUCH, EV_ABS, EV_KEY, MT_ID, MT_SLOT, MT_X, MT_Y
from tests.touch.recorded import EV_SYN, capacitive, keyboard, plug, resistive


def test_one_tap_with_its_times(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = capacitive()
    clocks = plug(monkeypatch, [keyboard(), panel])
    source = EvdevPanel("/dev/input/event4")
    source.open()
    assert len(clocks) == 1
    assert not panel.grabbed
    panel.send((EV_ABS, MT_ID, 3), (EV_ABS, MT_X, 400), (EV_ABS, MT_Y, 120), (EV_KEY, BTN_TOUCH, 1), time_s=100.25)
    panel.send((EV_ABS, MT_ID, -1), (EV_KEY, BTN_TOUCH, 0), time_s=100.5)
    down, up = source.read(5)
    assert (down.x, down.y) == (400.5 / 800, 120.5 / 480)
    assert (down.down, down.time_s) == (True, 100.25)
    assert (up.x, up.y, up.down, up.time_s) == (down.x, down.y, False, 100.5)
    before = time.monotonic()
    assert source.read(0.05) == []
    assert time.monotonic() - before >= 0.05
    source.close()
    with pytest.raises(SensorError, match="not open"):
        source.read(0)


def test_what_the_kernel_does_not_repeat_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    single, many = resistive(), capacitive()
    single.now = {ABS_X: 1000, ABS_Y: 2000}
    many.now, many.slots = {MT_SLOT: 2}, {MT_ID: [-1] * 5, MT_X: [0, 0, 60, 0, 0], MT_Y: [0, 0, 70, 0, 0]}
    plug(monkeypatch, [single, many])
    source = EvdevPanel("ads7846", Calibration(range_x=(0, 1999), range_y=(0, 3999)), grab=True)
    source.open()
    assert single.grabbed
    single.send((EV_KEY, BTN_TOUCH, 1))
    assert [(round(each.x, 2), round(each.y, 2)) for each in source.read(5)] == [(0.5, 0.5)]
    other = EvdevPanel("ft5x06")
    other.open()
    many.send((EV_ABS, MT_ID, 9))  # still in slot 2, still there
    assert [(each.x, each.y) for each in other.read(5)] == [(60.5 / 800, 70.5 / 480)]


def test_lost_events_are_made_good_by_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = capacitive()
    plug(monkeypatch, [panel])
    source = EvdevPanel(panel.path)
    source.open()
    panel.send((EV_ABS, MT_ID, 3), (EV_ABS, MT_X, 400), (EV_ABS, MT_Y, 120))
    assert len(source.read(5)) == 1
    panel.slots = {MT_ID: [3, -1, -1, -1, -1], MT_X: [500] * 5, MT_Y: [120] * 5}
    panel.send((EV_ABS, MT_X, 450), (EV_SYN, 3, 0), (EV_ABS, MT_X, 460))
    assert [each.x for each in source.read(5)] == [500.5 / 800]


def test_unplugged_and_plugged_in_again_under_another_number(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = capacitive()
    there = [panel]
    plug(monkeypatch, there)
    source = EvdevPanel("ft5x06")
    source.open()
    panel.unplug()
    there.clear()
    with pytest.raises(SensorError, match=r"unplugged — ft5x06 — plug it in again"):
        source.read(5)
    with pytest.raises(SensorError, match=r"no touch panel is called so — ft5x06"):
        source.open()
    there.append(capacitive("/dev/input/event7"))
    source.open()
    there[0].send((EV_ABS, MT_ID, 3), (EV_ABS, MT_X, 1))
    assert [each.down for each in source.read(5)] == [True]


def test_names_and_paths_that_mean_none(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = capacitive("/dev/input/event9")
    plug(monkeypatch, [keyboard(), capacitive(), resistive(), twin])
    for device, said in (
        ("ft5x06", r"several touch panels are called so — ft5x06 — .*event4 .*event9"),
        ("goodix", r"no touch panel is called so — goodix — .*event4 .*event2"),
        ("/dev/input/event0", r"this input device is no touch panel — /dev/input/event0"),
        ("/dev/input/event5", r"there is no such input device — /dev/input/event5 — touch panels that are there"),
    ):
        with pytest.raises(SensorError, match=said):
            EvdevPanel(device).open()
    twin.name = "ft5x06"
    EvdevPanel("ft5x06").open()  # that whole name
    assert [found.spec for found in list_panels()] == [
        "evdev:/dev/input/event4",
        "evdev:/dev/input/event2",
        "evdev:/dev/input/event9",
    ]


def test_without_evdev(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "evdev", None)
    with pytest.raises(SensorError, match=r"evdev is not installed.*phosphene\[touch\]"):
        EvdevPanel("/dev/input/event4").open()


def test_the_numbers_are_evdev_s_own() -> None:
    ecodes = pytest.importorskip("evdev", reason="evdev is not installed: pip install phosphene[touch]").ecodes
    ours = (ABS_X, ABS_Y, BTN_TOUCH, EV_ABS, EV_KEY, MT_ID, MT_SLOT, MT_X, MT_Y)
    theirs = ("ABS_X", "ABS_Y", "BTN_TOUCH", "EV_ABS", "EV_KEY", "ABS_MT_TRACKING_ID", "ABS_MT_SLOT")
    theirs += ("ABS_MT_POSITION_X", "ABS_MT_POSITION_Y")
    assert list(ours) == [getattr(ecodes, name) for name in theirs]
