# SPDX-License-Identifier: Apache-2.0
"""The runner of a sensor: each trouble told once, with its end; what is kept; and a driver that hangs or raises."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.sensors import watch as watch_module
from phosphene.sensors.blocks import RATE_HZ, Frame, Sound
from phosphene.sensors.camera_watch import CameraWatch
from phosphene.sensors.errors import TornPicture
from phosphene.sensors.microphone_watch import MicrophoneWatch
from phosphene.sensors.pattern import draw
from phosphene.sensors.protocol import CameraFormat, MicrophoneFormat, SensorEvent, Trouble
from phosphene.sensors.sound_file import SoundFile
from tests.sensors.scripted import Scripted
from tests.sensors.sounds import babble, write_wav
from tests.sensors.waiting import until

SIZE = CameraFormat(64, 48, 100.0)
MONO = MicrophoneFormat(RATE_HZ, 1)
BLOCK = 320


def noisy(number: int) -> NDArray[np.uint8]:
    return draw(number, 64, 48) ^ np.random.default_rng(number).integers(0, 8, (48, 64, 3), np.uint8)


class Eye:
    """A camera of ten pictures a second whose clock runs as fast as it is read."""

    def __init__(self) -> None:
        self.pixels = noisy
        self.skip = 0
        self.start_s = time.monotonic()
        self.source = Scripted(SIZE, self.take)
        self.events: list[SensorEvent] = []
        self.watch = CameraWatch(self.source, self.events.append)

    def take(self, read: int) -> Frame:
        return Frame(self.pixels(read), self.start_s + read / 10, read + self.skip)

    @property
    def told(self) -> list[Trouble]:
        return [event.trouble for event in self.events]


class Ear:
    """A microphone whose clock runs as fast as it is read."""

    def __init__(self) -> None:
        self.samples = babble(RATE_HZ, 1.0)
        self.missed = 0
        self.clipped = 0
        self.source = Scripted(MONO, self.take)
        self.events: list[SensorEvent] = []
        self.watch = MicrophoneWatch(self.source, self.events.append)

    def take(self, read: int) -> Sound:
        place = read * BLOCK % RATE_HZ
        missed, self.missed = self.missed, 0
        return Sound(self.samples[place : place + BLOCK], read * 0.02, missed, self.clipped)

    @property
    def told(self) -> list[Trouble]:
        return [event.trouble for event in self.events]


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


def test_missed_pictures_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "_DROPS_OVER_S", 0.2)
    eye = Eye()
    eye.watch.start()
    until(lambda: eye.watch.status().blocks > 5)
    eye.skip = 7
    until(lambda: eye.watch.status().dropped == 7)
    until(lambda: eye.told == [Trouble.DROPPED, Trouble.BACK])
    eye.watch.stop()


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


def test_silence_and_clipping() -> None:
    ear = Ear()
    ear.watch.start()
    until(lambda: ear.watch.status().blocks > 60)
    assert set(ear.told) <= {Trouble.DROPPED}  # nobody listens here
    level = ear.watch.status().level
    assert level is not None
    assert -60 < level < -3
    ear.samples = np.zeros(RATE_HZ, np.int16)
    until(lambda: Trouble.SILENT in ear.watch.status().troubles)
    assert ear.watch.status().level == -96
    ear.samples = babble(RATE_HZ, 1.0)
    until(lambda: Trouble.SILENT not in ear.watch.status().troubles)
    ear.clipped = 20
    until(lambda: Trouble.CLIPPED in ear.watch.status().troubles)
    ear.clipped = 0
    until(lambda: Trouble.CLIPPED not in ear.watch.status().troubles)
    ear.watch.stop()
    told = [trouble for trouble in ear.told if trouble is not Trouble.DROPPED]
    assert told == [Trouble.SILENT, Trouble.BACK, Trouble.CLIPPED, Trouble.BACK]


def test_silence_in_a_file_is_no_trouble(tmp_path: Path) -> None:
    events: list[SensorEvent] = []
    path = write_wav(tmp_path / "quiet.wav", np.zeros(3 * RATE_HZ, np.int16), RATE_HZ)
    watch = MicrophoneWatch(SoundFile(path, real_time=False), events.append)
    watch.start()
    until(lambda: watch.ended)
    watch.stop()
    assert Trouble.SILENT not in [event.trouble for event in events]


def test_sound_that_nobody_takes_gives_way_and_is_counted() -> None:
    ear = Ear()
    ear.watch.start()
    until(lambda: ear.watch.status().dropped >= 5 * BLOCK)
    until(lambda: ear.told == [Trouble.DROPPED])
    ear.watch.stop()
    dropped = ear.watch.status().dropped
    first = ear.watch.next()
    assert first
    assert first.missed == dropped
    kept = first.samples.size
    end_s = first.end_s
    while (sound := ear.watch.next()) is not None:
        assert sound.missed == 0
        assert sound.time_s == pytest.approx(end_s)
        end_s = sound.end_s
        kept += sound.samples.size
    assert kept == 2 * RATE_HZ


def test_a_file_comes_whole_and_ends(tmp_path: Path) -> None:
    talk = babble(RATE_HZ, 1.0)
    events: list[SensorEvent] = []
    watch = MicrophoneWatch(SoundFile(write_wav(tmp_path / "a.wav", talk, RATE_HZ), real_time=False), events.append)
    watch.start()
    until(lambda: watch.ended)
    heard: list[Sound] = []
    while (sound := watch.next(1.0)) is not None:
        heard.append(sound)
    assert watch.stop()
    assert np.array_equal(np.concatenate([sound.samples for sound in heard]), talk)
    assert [event.trouble for event in events] == [Trouble.ENDED]


def test_a_file_that_is_not_there_is_told_and_not_tried_again(tmp_path: Path) -> None:
    events: list[SensorEvent] = []
    watch = MicrophoneWatch(SoundFile(tmp_path / "a.wav"), events.append)
    watch.start()
    until(lambda: watch.ended)
    assert [event.trouble for event in events] == [Trouble.GONE]
    assert watch.next(1.0) is None
    assert watch.stop()


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
