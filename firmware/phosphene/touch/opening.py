# SPDX-License-Identifier: Apache-2.0
"""From what a person types, such as ``evdev:/dev/input/event4``, to a touch panel."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Final

from phosphene.screens.protocol import Display
from phosphene.screens.screen import Screen
from phosphene.screens.window import WindowDisplay
from phosphene.screens.words import Settings, split
from phosphene.sensors.errors import SensorError
from phosphene.sensors.protocol import SensorEvent
from phosphene.touch.calibration import Calibration
from phosphene.touch.evdev_panel import EvdevPanel
from phosphene.touch.protocol import Touch, TouchPanel
from phosphene.touch.watch import TouchWatch
from phosphene.touch.window_mouse import WindowMouse

TOUCH_HELP: Final = "evdev:/dev/input/event4, evdev:NAME, window, none"


def open_touch(spec: str, display: Display | None = None) -> TouchPanel | None:
    """Return the touch panel that `spec` names, not yet opened; None for ``none``. `display` is what it lies on, which
    ``window`` needs. Raises SensorError when it names none.
    """
    words = split(spec)
    settings = Settings(spec, words.settings, SensorError)
    if words.word in ("none", "window") and not words.what:
        settings.done()
        if words.word == "none":
            return None
        if not isinstance(display, WindowDisplay):
            raise SensorError("there is no window whose mouse it could be", place=spec, cure="show on a window, too")
        return WindowMouse(display)
    if words.word == "evdev" and words.what:
        calibration = Calibration(
            swap=settings.switch("swap"),
            mirror_x=settings.switch("mirror_x"),
            mirror_y=settings.switch("mirror_y"),
            turn=settings.turn(),
            range_x=settings.span("range_x"),
            range_y=settings.span("range_y"),
        )
        grab = settings.switch("grab")
        settings.done()
        return EvdevPanel(words.what, calibration, grab=grab)
    near = difflib.get_close_matches(words.word, ("evdev", "window", "none"), 1, 0.5)
    cure = f"did you mean {near[0]}{':NAME' if near[0] == 'evdev' else ''}?" if near else f"use {TOUCH_HELP}"
    raise SensorError("this names no touch panel", place=repr(spec), cure=cure)


def run_touch(
    spec: str,
    screen: Screen,
    heard: Callable[[Touch], None],
    tell: Callable[[SensorEvent], None] | None = None,
) -> TouchWatch | None:
    """Return a touch panel that runs, over a screen; call its `stop` in the end. `heard` gets each Touch from a thread.
    None for ``none``. Raises SensorError when `spec` names no touch panel; whether there is one is told by events.
    """
    panel = open_touch(spec, screen.display)
    if panel is None:
        return None
    watch = TouchWatch(panel, screen, heard, tell)
    watch.start()
    return watch
