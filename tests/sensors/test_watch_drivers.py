# SPDX-License-Identifier: Apache-2.0
"""A driver that is gone, hangs or raises what it likes: told once, opened again, and never a crash."""

from __future__ import annotations

import threading
import time

import pytest

from phosphene.sensors import watch as watch_module
from phosphene.sensors.blocks import Frame
from phosphene.sensors.camera_watch import CameraWatch
from phosphene.sensors.errors import TornPicture
from phosphene.sensors.protocol import Trouble
from tests.sensors.scripted import Scripted
from tests.sensors.waiting import until
from tests.sensors.watched import SIZE, Eye, noisy


def test_gone_is_told_once_and_back_when_it_delivers() -> None:
    eye = Eye()
    eye.source.absent = True
    eye.watch.start()
    until(lambda: eye.told == [Trouble.GONE])
    time.sleep(0.6)
    assert eye.told == [Trouble.GONE]
    assert eye.events[0].text == "it is not there — plug it in"
    assert eye.watch.status().text == "gone: it is not there — plug it in"
    eye.source.absent = False
    eye.watch.retry_now()
    until(lambda: eye.told == [Trouble.GONE, Trouble.BACK])
    assert eye.watch.status().format == SIZE
    assert eye.watch.stop()
    assert eye.source.closed.is_set()


def test_a_driver_that_says_torn_goes_on() -> None:
    eye = Eye()

    def take(read: int) -> Frame:
        if read % 3:
            raise TornPicture("half of it is missing")
        return eye.take(read)

    eye.source = Scripted(SIZE, take)
    eye.watch = CameraWatch(eye.source, eye.events.append)
    eye.watch.start()
    until(lambda: eye.watch.status().blocks > 20)
    eye.watch.stop()
    assert eye.told[0] is Trouble.TORN
    assert eye.source.opened == 1


def test_numbers_and_times_go_on_over_an_unplugging() -> None:
    number = iter(range(100_000))
    eye = Eye()
    # This driver counts from 0 at each opening, and its clock begins anew.
    reads = [0]

    def take(_: int) -> Frame:
        reads[0] += 1
        return Frame(noisy(next(number)), 5.0 + reads[0] / 10, reads[0] - 1)

    eye.source = Scripted(SIZE, take)
    eye.watch = CameraWatch(eye.source, eye.events.append)
    eye.watch.start()
    first = eye.watch.newest(after=20, timeout_s=10)
    eye.source.absent = True
    until(lambda: Trouble.GONE in eye.told)
    before = eye.watch.newest()
    reads[0] = 0
    eye.source.absent = False
    eye.watch.retry_now()
    until(lambda: Trouble.BACK in eye.told)
    after = eye.watch.newest(after=before.number if before else -1, timeout_s=10)
    eye.watch.stop()
    assert first
    assert before
    assert after
    assert after.number > before.number >= first.number
    assert after.time_s > before.time_s
    assert eye.watch.status().dropped == 0


def test_a_driver_that_raises_anything_is_gone_and_tried_again() -> None:
    eye = Eye()

    def take(read: int) -> Frame:
        if read == 5:
            raise ZeroDivisionError("in the driver")
        return eye.take(read)

    eye.source = Scripted(SIZE, take)
    eye.watch = CameraWatch(eye.source, eye.events.append)
    eye.watch.start()
    until(lambda: eye.told == [Trouble.GONE, Trouble.BACK])
    eye.watch.stop()
    assert "ZeroDivisionError: in the driver" in eye.events[0].text


def test_nothing_comes_and_it_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "_STALLED_S", 0.2)
    monkeypatch.setattr(watch_module, "_GIVEN_UP_S", 0.6)
    closed = threading.Event()
    eye = Eye()

    def take(read: int) -> Frame | None:
        if eye.source.opened > 1:
            return eye.take(read)
        # As drivers do: what is closed can't be read.
        if eye.source.closed.is_set():
            closed.set()
            raise OSError("closed")
        return None

    eye.source = Scripted(SIZE, take)
    eye.watch = CameraWatch(eye.source, eye.events.append)
    eye.watch.start()
    until(lambda: Trouble.BACK in eye.told)
    eye.watch.stop()
    assert eye.told == [Trouble.STALLED, Trouble.GONE, Trouble.BACK]
    assert closed.is_set()


def test_a_driver_that_hangs_in_read_is_told_and_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "_STALLED_S", 0.2)
    let_go = threading.Event()
    eye = Eye()

    def take(read: int) -> Frame:
        if read == 3:
            let_go.wait(60)
        return eye.take(read)

    eye.source = Scripted(SIZE, take)
    eye.watch = CameraWatch(eye.source, eye.events.append)
    eye.watch.start()
    until(lambda: eye.told == [Trouble.STALLED])
    assert not eye.watch.stop(patience_s=0.3)
    assert eye.watch.ended
    let_go.set()


def test_who_is_told_may_ask_for_the_status_at_once() -> None:
    seen: list[str] = []
    source = Scripted(SIZE, lambda read: Frame(noisy(read), read / 10.0, read))
    source.absent = True
    watch = CameraWatch(source, lambda _event: seen.append(watch.status().text))
    watch.start()
    until(lambda: seen == ["gone: it is not there — plug it in"])
    assert watch.stop()
