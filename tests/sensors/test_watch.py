# SPDX-License-Identifier: Apache-2.0
"""A camera that runs: each trouble of its pictures told once, with its end, and the newest picture kept."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.sensors import tally as tally_module
from phosphene.sensors.blocks import Frame
from phosphene.sensors.camera_watch import CameraWatch
from phosphene.sensors.protocol import SensorEvent, Trouble
from tests.sensors.scripted import Scripted
from tests.sensors.waiting import until
from tests.sensors.watched import SIZE, Eye, noisy


def test_a_covered_lens_is_black_until_there_is_light() -> None:
    eye = Eye()
    eye.watch.start()
    until(lambda: eye.watch.status().blocks > 20)
    assert eye.told == []
    eye.pixels = lambda number: np.zeros((48, 64, 3), np.uint8)
    until(lambda: Trouble.BLACK in eye.watch.status().troubles)
    assert eye.watch.status().level == 0
    eye.pixels = noisy
    until(lambda: not eye.watch.status().troubles)
    eye.watch.stop()
    assert eye.told == [Trouble.BLACK, Trouble.BACK]


def test_a_picture_that_repeats_bit_for_bit_is_frozen() -> None:
    eye = Eye()
    eye.pixels = lambda number: noisy(0)
    eye.watch.start()
    until(lambda: Trouble.FROZEN in eye.watch.status().troubles)
    eye.pixels = noisy
    until(lambda: not eye.watch.status().troubles)
    eye.watch.stop()
    assert eye.told == [Trouble.FROZEN, Trouble.BACK]


def test_a_still_picture_file_is_not_frozen() -> None:
    events: list[SensorEvent] = []
    still = Scripted(SIZE, lambda read: Frame(noisy(0), read / 10.0, read), live=False)
    watch = CameraWatch(still, events.append)
    watch.start()
    until(lambda: watch.status().blocks > 100)
    watch.stop()
    assert events == []


def test_a_cut_off_picture_is_withheld() -> None:
    eye = Eye()

    def cut(number: int) -> NDArray[np.uint8]:
        pixels = noisy(number)
        if number % 40 > 35:
            pixels[30:] = 128
        return pixels

    eye.pixels = cut
    eye.watch.start()
    until(lambda: eye.told.count(Trouble.TORN) >= 2)
    newest = eye.watch.newest()
    assert newest
    for _ in range(100):
        frame = eye.watch.newest(after=newest.number, timeout_s=5)
        assert frame
        assert (frame.pixels[30:] != 128).any()
        newest = frame
    eye.watch.stop()
    assert eye.watch.status().dropped > 0
    assert eye.told[:3] == [Trouble.TORN, Trouble.BACK, Trouble.TORN]
    assert "cut off" in eye.events[0].text


def test_what_stays_flat_is_what_the_camera_shows() -> None:
    eye = Eye()

    def scene(number: int) -> NDArray[np.uint8]:
        pixels = noisy(number)
        if number > 30:
            pixels[30:] = 60
        return pixels

    eye.pixels = scene
    eye.watch.start()
    until(lambda: (frame := eye.watch.newest()) and (frame.pixels[30:] == 60).all())
    until(lambda: not eye.watch.status().troubles)
    eye.watch.stop()
    assert eye.told == [Trouble.TORN, Trouble.BACK]


def test_missed_pictures_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_module, "_DROPS_OVER_S", 0.2)
    eye = Eye()
    eye.watch.start()
    until(lambda: eye.watch.status().blocks > 5)
    eye.skip = 7
    until(lambda: eye.watch.status().dropped == 7)
    until(lambda: eye.told == [Trouble.DROPPED, Trouble.BACK])
    eye.watch.stop()


def test_the_newest_picture_only() -> None:
    eye = Eye()
    eye.watch.start()
    first = eye.watch.newest(timeout_s=5)
    assert first
    until(lambda: eye.watch.status().blocks > first.number + 20)
    newest = eye.watch.newest(after=first.number)
    assert newest
    assert newest.number >= first.number + 20
    eye.watch.stop()
    assert eye.watch.newest(after=10**9, timeout_s=1) is None
