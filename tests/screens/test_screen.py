# SPDX-License-Identifier: Apache-2.0
"""The runner of a display: newest only, never waited for, never old, and back after it was gone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from phosphene.screens import screen as screen_module
from phosphene.screens.errors import ScreenClosed
from phosphene.screens.opening import run_screen
from phosphene.screens.protocol import DisplayFormat, ScreenEvent, Trouble
from phosphene.screens.screen import Screen
from tests.screens.scripted import Scripted, picture, unplugged
from tests.sensors.waiting import until


class Shown:
    """A screen on a scripted display, and what it told."""

    def __init__(self, display: Scripted, stale_s: float | None = None) -> None:
        self.display = display
        self.events: list[ScreenEvent] = []
        self.screen = Screen(display, self.events.append, stale_s=stale_s)
        self.screen.start()

    def shows(self, number: int) -> bool:
        return self.display.glass is not None and np.array_equal(self.display.glass, picture(number))

    @property
    def told(self) -> list[Trouble]:
        return [event.trouble for event in self.events]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_module, "RETRY_S", 0.05)
    monkeypatch.setattr(screen_module, "_CHECK_S", 0.02)


@pytest.fixture
def shown() -> Generator[Shown]:
    shown = Shown(Scripted())
    yield shown
    shown.display.may_go.set()
    shown.screen.stop()


def test_it_opens_black_shows_the_picture_and_ends_black(shown: Shown) -> None:
    until(lambda: shown.display.black)
    shown.screen.show(picture(1))
    until(lambda: shown.shows(1))
    status = shown.screen.status()
    assert (status.shown, status.sent_bytes, status.troubles) == (1, picture(1).nbytes, ())
    assert shown.screen.stop()
    assert shown.display.black
    assert shown.told == []


def test_while_the_driver_is_busy_only_the_newest_picture_waits(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_module, "_STALLED_S", 0.05)
    shown.screen.show(picture(1))
    until(lambda: shown.shows(1))
    shown.display.may_go.clear()
    until(lambda: shown.display.stuck)  # in a check
    for number in range(2, 12):
        shown.screen.show(picture(number))
    until(lambda: shown.screen.status().troubles == (Trouble.STALLED,))
    shown.display.may_go.set()
    until(lambda: shown.shows(11))
    assert len(shown.display.seen) == 2
    assert shown.screen.status().skipped == 9
    assert shown.told == [Trouble.STALLED, Trouble.BACK]


def test_a_picture_that_nobody_says_is_of_now_goes_black() -> None:
    shown = Shown(Scripted(), stale_s=1.0)
    frame = picture(1)
    try:
        for _ in range(15):
            shown.screen.show(frame)
            time.sleep(0.1)
        assert shown.shows(1)
        assert len(shown.display.seen) == 1
        until(lambda: shown.told == [Trouble.STALE])
        assert shown.display.black
        assert shown.screen.locate(0.5, 0.5) is None
        shown.screen.show(picture(1))
        until(lambda: shown.told == [Trouble.STALE, Trouble.BACK])
        assert shown.shows(1)
    finally:
        shown.screen.stop()


def test_blank_lasts_until_the_next_picture(shown: Shown) -> None:
    shown.screen.show(picture(1))
    until(lambda: shown.shows(1))
    shown.screen.blank()
    until(lambda: shown.display.black)
    shown.screen.show(picture(1))
    until(lambda: shown.shows(1))


def test_what_is_unplugged_is_told_once_and_shows_again_by_itself(shown: Shown) -> None:
    shown.screen.show(picture(1))
    until(lambda: shown.shows(1))
    shown.display.error, opened = unplugged(), shown.display.opened
    until(lambda: shown.display.opened >= opened + 3)
    shown.screen.show(picture(2))
    assert shown.told == [Trouble.GONE]
    assert shown.events[0].text == "unplugged — scripted — plug it in again"
    assert shown.screen.status().format is None
    shown.display.error = None
    until(lambda: shown.shows(2))
    assert shown.told == [Trouble.GONE, Trouble.BACK]


def test_a_driver_may_raise_what_it_likes(shown: Shown) -> None:
    shown.display.error = ZeroDivisionError("oh")
    until(lambda: shown.told == [Trouble.GONE])
    assert "ZeroDivisionError: oh" in shown.events[0].text


def test_a_closed_window_stays_closed(shown: Shown) -> None:
    shown.display.error = ScreenClosed("the window was closed", place="scripted")
    until(lambda: shown.screen.ended)
    until(lambda: shown.told == [Trouble.ENDED])
    opened = shown.display.opened
    time.sleep(0.2)
    assert shown.display.opened == opened


def test_a_picture_too_large_is_told_and_leaves_it_black(shown: Shown) -> None:
    shown.screen.show(picture(1))
    until(lambda: shown.shows(1))
    shown.screen.show(picture(2, 16, 6))
    until(lambda: shown.told == [Trouble.UNFIT])
    assert shown.display.black
    shown.screen.show(picture(3))
    until(lambda: shown.shows(3))
    until(lambda: shown.told == [Trouble.UNFIT, Trouble.BACK])


def test_what_stands_still_is_sent_whole_now_and_then(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_module, "_WHOLE_S", 0.05)
    shown.screen.show(picture(1))
    until(lambda: shown.display.whole >= 3)
    assert shown.screen.status().shown == 1


def test_an_array_that_changes_later_was_copied(shown: Shown) -> None:
    shown.display.may_go.clear()
    frame = picture(1).copy()
    shown.screen.show(frame)
    frame[:] = 0
    shown.display.may_go.set()
    until(lambda: shown.shows(1))


def test_where_a_finger_is() -> None:
    shown = Shown(Scripted(16, 24))
    try:
        assert shown.screen.locate(0.5, 0.5) is None
        shown.screen.show(picture(1))
        until(lambda: shown.screen.status().shown == 1)
        assert shown.screen.locate(0.999, 0.5) == (7, 3)
        assert shown.screen.locate(0.5, 0.01) is None
        assert shown.screen.locate(0.5, 0.01, clamp=True) == (4, 0)
    finally:
        shown.screen.stop()


@pytest.mark.parametrize("shape", [(6, 8), (6, 8, 4), (0, 8, 3)])
def test_what_is_no_picture_is_refused(shown: Shown, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="a frame is uint8"):
        shown.screen.show(np.zeros(shape, np.uint8))
    with pytest.raises(ValueError, match="float64"):
        shown.screen.show(np.zeros((6, 8, 3)))  # pyright: ignore[reportArgumentType]


def test_stop_leaves_a_driver_that_hangs_to_itself() -> None:
    class Deaf(Scripted):
        def close(self) -> None:
            """It hangs on."""

    shown = Shown(Deaf())
    until(lambda: shown.display.black)
    shown.display.may_go.clear()
    until(lambda: shown.display.stuck)
    assert not shown.screen.stop(patience_s=0.2)
    shown.display.may_go.set()


def test_none_is_no_screen() -> None:
    assert run_screen("none", (320, 240)) is None


def test_a_program_that_ends_leaves_it_black(tmp_path: Path) -> None:
    program = f"""
import time
import numpy as np
from phosphene.screens.opening import run_screen
screen = run_screen("png:{tmp_path}", (8, 6))
screen.show(np.full((6, 8, 3), 200, np.uint8))
while not screen.status().shown:
    time.sleep(0.01)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
    first, last = (np.asarray(Image.open(path)) for path in sorted(tmp_path.iterdir()))
    assert (first == 200).all()
    assert not last.any()


def test_a_display_of_any_size_takes_the_picture_as_it_is() -> None:
    class Any(Scripted):
        def show(self, frame: np.ndarray, *, whole: bool = False) -> int:
            self.glass = frame.copy()
            return frame.nbytes

    display = Any()
    display.form = DisplayFormat(0, 0, "PNG")
    shown = Shown(display)
    try:
        shown.screen.show(picture(1))
        until(lambda: shown.shows(1))
        assert shown.screen.locate(0.99, 0.99) == (7, 5)
    finally:
        shown.screen.stop()
