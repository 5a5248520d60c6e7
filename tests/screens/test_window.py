# SPDX-License-Identifier: Apache-2.0
"""A real window on a real X server that nobody sees: its pixels, its mouse, its end."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Generator

import numpy as np
import pytest

from phosphene.screens import screen as screen_module
from phosphene.screens.errors import ScreenError
from phosphene.screens.opening import run_screen
from phosphene.screens.protocol import Frame, ScreenEvent, Trouble
from phosphene.screens.window import WindowDisplay
from phosphene.touch.opening import run_touch
from phosphene.touch.protocol import Phase, Touch
from tests.screens.desktop import HIGH, WIDTH, Desktop, desktop
from tests.screens.scripted import picture
from tests.sensors.waiting import until


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Generator[Desktop]:
    monkeypatch.setattr(screen_module, "RETRY_S", 0.2)
    with desktop(monkeypatch) as there:
        yield there


def enlarged(frame: Frame, factor: int) -> Frame:
    return frame.repeat(factor, 0).repeat(factor, 1)


def shows(there: Desktop, frame: Frame, left: int = 0, top: int = 0) -> bool:
    part = there.pixels()[top : top + frame.shape[0], left : left + frame.shape[1]]
    return np.array_equal(part, frame)


def test_the_window_shows_the_very_pixels_and_only_rows_that_changed_go_there(there: Desktop) -> None:
    window = WindowDisplay(160, 120, zoom=3)
    form = window.open()
    assert (form.width, form.height) == (480, 360)
    frame = enlarged(picture(1, 160, 120), 3)
    sent = window.show(frame)
    assert sent > frame.nbytes
    until(lambda: shows(there, frame))
    frame[30:33] ^= 0xFF
    frame[90:93] ^= 0xFF
    assert window.show(frame) < sent / 50
    until(lambda: shows(there, frame))
    assert window.show(frame) == 0
    window.blank()
    until(lambda: not there.pixels()[:360, :480].any())
    window.check()
    window.close()
    with pytest.raises(ScreenError, match="not open"):
        window.check()


@pytest.mark.parametrize(
    ("window", "size"),
    [
        # A fifth of the desktop stays free.
        (WindowDisplay(160, 120), (480, 360)),
        (WindowDisplay(160, 120, turn=1), (240, 320)),
        (WindowDisplay(320, 240), (320, 240)),
        (WindowDisplay(640, 480), (640, 480)),
        (WindowDisplay(160, 120, fullscreen=True), (WIDTH, HIGH)),
    ],
)
def test_its_size_is_a_whole_factor_that_fits(there: Desktop, window: WindowDisplay, size: tuple[int, int]) -> None:
    form = window.open()
    window.close()
    assert (form.width, form.height) == size


def test_the_mouse_is_a_finger_on_the_painted_picture(there: Desktop) -> None:
    screen = run_screen("window@zoom=2,rotate=90", (160, 120), stale_s=None)
    assert screen is not None
    heard: list[Touch] = []
    touch = run_touch("window", screen, heard.append)
    assert touch is not None
    try:
        screen.show(picture(1, 160, 120))
        until(lambda: shows(there, enlarged(np.rot90(picture(1, 160, 120), -1), 2)))
        # Turned clockwise, its upper left corner is at the upper right of a window of 240 by 320.
        there.mouse("mousemove", 239, 1, "mousedown", 1)
        until(lambda: len(heard) == 1)
        there.mouse("mousemove", 231, 21)
        until(lambda: len(heard) >= 2)
        there.mouse("mousemove", 400, 500, "mouseup", 1)
        until(lambda: heard[-1].phase is Phase.UP)
        there.mouse("mousemove", 500, 100, "click", 1)
        there.mouse("mousemove", 0, 319, "click", 1)
        until(lambda: heard[-1].phase is Phase.UP and heard[-1].x == 159 and heard[-1].y == 119 and heard[-2].x == 159)
    finally:
        touch.stop()
        screen.stop()
    first, second = heard[0], heard[1]
    assert (first.x, first.y, first.phase) == (0, 0, Phase.DOWN)
    assert (second.x, second.y, second.phase) == (10, 4, Phase.MOVE)
    times = [each.time_s for each in heard]
    assert times == sorted(times)
    # What was clicked beside the window isn't ours.
    assert [each.phase for each in heard].count(Phase.DOWN) == 2


def test_a_window_that_a_person_closes_stays_closed(there: Desktop) -> None:
    events: list[ScreenEvent] = []
    screen = run_screen("window@zoom=1", (160, 120), events.append, stale_s=None)
    assert screen is not None
    try:
        frame = picture(1, 160, 120)
        screen.show(frame)
        until(lambda: shows(there, frame))
        there.close_window("Phosphene")
        until(lambda: screen.ended)
        assert [(event.trouble, event.text) for event in events] == [(Trouble.ENDED, "the window was closed — window")]
    finally:
        screen.stop()


def test_when_the_desktop_dies_it_is_told_and_comes_back_with_it(there: Desktop) -> None:
    events: list[ScreenEvent] = []
    screen = run_screen("window@zoom=1", (160, 120), events.append, stale_s=None)
    assert screen is not None
    try:
        frame = picture(1, 160, 120)
        screen.show(frame)
        until(lambda: shows(there, frame))
        there.stop()
        until(lambda: [event.trouble for event in events] == [Trouble.GONE])
        screen.show(picture(2, 160, 120))
        there.start()
        until(lambda: shows(there, picture(2, 160, 120)))
        assert [event.trouble for event in events] == [Trouble.GONE, Trouble.BACK]
    finally:
        screen.stop()


def test_no_window_outlives_a_program_that_is_killed(there: Desktop) -> None:
    program = """
import sys, time
import numpy as np
from phosphene.screens.opening import run_screen
screen = run_screen("window@zoom=1", (160, 120), stale_s=None)
screen.show(np.full((120, 160, 3), 200, np.uint8))
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        try:
            until(lambda: np.all(there.pixels()[:120, :160] == 200))
        finally:
            process.send_signal(signal.SIGKILL)
    until(lambda: not np.any(there.pixels()[:120, :160] == 200))


def test_without_a_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tkinter", reason="Tk is not installed: apt install python3-tk")
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(ScreenError, match=r"no window can be opened: .*DISPLAY.* — window — run it on a desktop"):
        WindowDisplay().open()
