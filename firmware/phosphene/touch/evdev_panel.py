# SPDX-License-Identifier: Apache-2.0
"""A touch panel that Linux shows as /dev/input/event…, through evdev."""

from __future__ import annotations

import importlib
import os
import select
from pathlib import Path
from typing import Any, Final

from phosphene.screens.listing import Found
from phosphene.screens.protocol import Contact
from phosphene.sensors.errors import SensorError
from phosphene.touch import evdev_state
from phosphene.touch.calibration import Calibration
from phosphene.touch.fingers import (
    ABS_X,
    ABS_Y,
    BTN_LEFT,
    BTN_TOUCH,
    EV_ABS,
    EV_KEY,
    MT_SLOT,
    MT_X,
    MT_Y,
    Fingers,
    Point,
    State,
)

INSTALL: Final = "pip install phosphene[touch]"
_MAY: Final = "sudo usermod -aG input $USER, then log in again"


class EvdevPanel:
    """`device` is a path or part of a name, which is looked for each time it is opened: a panel that is plugged in
    again has another number. `grab` keeps its touches from the desktop.
    """

    def __init__(self, device: str, calibration: Calibration | None = None, *, grab: bool = False) -> None:
        self.name = device
        self._calibration = calibration or Calibration()
        self._grab = grab
        self._device: Any = None
        self._slots = False
        self._told_x = self._told_y = (0, 1)
        self._fingers = Fingers(State(), slots=False)

    def open(self) -> None:
        self.close()
        evdev = _load(self.name)
        path = self.name if self.name.startswith("/") else _find(evdev, self.name)
        try:
            self._device = device = evdev.InputDevice(path)
            axes: dict[int, Any] = dict(device.capabilities().get(EV_ABS, []))
            self._slots = {MT_SLOT, MT_X, MT_Y} <= axes.keys()
            across, down = (MT_X, MT_Y) if self._slots else (ABS_X, ABS_Y)
            if not {across, down} <= axes.keys():
                raise SensorError("this input device is no touch panel", place=path, cure=_there(evdev))
            self._told_x, self._told_y = ((axes[axis].min, axes[axis].max) for axis in (across, down))
            evdev_state.stamp_monotonic(device.fd)
            if self._grab:
                device.grab()
            self._fingers = Fingers(evdev_state.state_of(device, slots=self._slots), slots=self._slots)
        except OSError as error:
            self.close()
            raise _cannot(evdev, path, error) from error
        except SensorError:
            self.close()
            raise

    def read(self, timeout_s: float) -> list[Contact]:
        device = self._device
        if device is None:
            raise SensorError("the touch panel is not open", place=self.name)
        waiting = select.poll()
        waiting.register(device.fd, select.POLLIN)
        ready = waiting.poll(timeout_s * 1000)
        if not ready:
            return []
        contacts: list[Contact] = []
        try:
            if not ready[0][1] & select.POLLIN:
                raise OSError
            for event in device.read():
                points = self._fingers.take(event.type, event.code, event.value)
                if points is None:
                    points = self._fingers.resume(evdev_state.state_of(device, slots=self._slots))
                contacts += [self._contact(point, event.timestamp()) for point in points]
        except OSError as error:
            raise SensorError("the touch panel was unplugged", place=self.name, cure="plug it in again") from error
        return contacts

    def close(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _contact(self, point: Point, time_s: float) -> Contact:
        x, y = self._calibration.on_glass(point.x, point.y, self._told_x, self._told_y)
        return Contact(x, y, point.down, time_s)


def list_panels() -> list[Found]:
    """Return the touch panels that this computer has, as `open_touch` takes them."""
    try:
        evdev = _load("")
    except SensorError as error:
        return [Found("touch", "evdev:NAME", "touch panels of this computer", str(error))] if _inputs() else []
    return [Found("touch", f"evdev:{path}", name) for path, name in _panels(evdev)]


def _panels(evdev: Any) -> list[tuple[str, str]]:
    """Return path and name of what has two axes and can be pressed."""
    found: list[tuple[str, str]] = []
    for path in evdev.list_devices():
        try:
            device = evdev.InputDevice(path)
        except OSError:
            continue
        can = device.capabilities(absinfo=False)
        axes, keys = set(can.get(EV_ABS, [])), set(can.get(EV_KEY, []))
        if {MT_X, MT_Y} <= axes or ({ABS_X, ABS_Y} <= axes and {BTN_TOUCH, BTN_LEFT} & keys):
            found.append((path, device.name))
        device.close()
    return found


def _find(evdev: Any, name: str) -> str:
    panels = _panels(evdev)
    found = [(path, whole) for path, whole in panels if name.lower() in whole.lower()]
    exactly = [(path, whole) for path, whole in found if whole == name]
    if len(exactly or found) != 1:
        what = "several touch panels are called so" if found else "no touch panel is called so"
        raise SensorError(what, place=name, cure=_there(evdev, found or panels))
    return (exactly or found)[0][0]


def _there(evdev: Any, panels: list[tuple[str, str]] | None = None) -> str:
    names = ", ".join(f"{path} ({name})" for path, name in (_panels(evdev) if panels is None else panels))
    if names:
        return f"touch panels that are there: {names}"
    return _MAY if any(not os.access(path, os.R_OK) for path in _inputs()) else "plug it in"


def _cannot(evdev: Any, path: str, error: OSError) -> SensorError:
    if isinstance(error, FileNotFoundError):
        return SensorError("there is no such input device", place=path, cure=_there(evdev))
    if isinstance(error, PermissionError):
        return SensorError("you may not read this input device", place=path, cure=_MAY)
    return SensorError(f"this input device can't be used: {error.strerror}", place=path, cure=_there(evdev))


def _inputs() -> list[Path]:
    return list(Path("/dev/input").glob("event*"))


def _load(place: str) -> Any:
    try:
        return importlib.import_module("evdev")
    except ImportError as error:
        raise SensorError("evdev is not installed, which reads touch panels", place=place, cure=INSTALL) from error
