# SPDX-License-Identifier: Apache-2.0
"""What the browser pushes: unpacked, resampled, bounded, and gone when the visitor leaves."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene.sensors.camera_watch import CameraWatch
from phosphene.sensors.errors import SensorError, TornPicture
from phosphene.sensors.microphone_watch import MicrophoneWatch
from phosphene.sensors.pattern import draw, read_number
from phosphene.sensors.protocol import SensorEvent, Trouble
from phosphene.sensors.pushed import PushedCamera, PushedMicrophone
from tests.sensors.sounds import babble, joined, likeness
from tests.sensors.waiting import until


def jpeg(number: int, width: int = 320, height: int = 240) -> bytes:
    out = io.BytesIO()
    Image.fromarray(draw(number, width, height)).save(out, "JPEG", quality=90)
    return out.getvalue()


def test_pictures_of_any_size_come_with_their_times() -> None:
    camera = PushedCamera()
    camera.attach()
    camera.open()
    camera.push(jpeg(7), 5.0)
    camera.push(draw(8, 100, 200), 6.0)
    first, second = camera.read(1.0), camera.read(1.0)
    assert first
    assert second
    assert (read_number(first.pixels), first.time_s, first.number) == (7, 5.0, 0)
    assert np.array_equal(second.pixels, draw(8, 100, 200))
    assert camera.read(0.01) is None


def test_the_newest_stay_and_the_numbers_say_what_was_lost() -> None:
    camera = PushedCamera()
    for number in range(10):
        camera.push(jpeg(number))
    camera.open()
    read = [camera.read(1.0), camera.read(1.0)]
    assert [frame.number for frame in read if frame] == [8, 9]
    assert [read_number(frame.pixels) for frame in read if frame] == [8, 9]


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", jpeg(1)[:500], b"<html>"])
def test_a_damaged_picture_is_torn_and_the_next_is_fine(data: bytes) -> None:
    camera = PushedCamera()
    camera.push(data)
    camera.push(jpeg(2))
    camera.open()
    with pytest.raises(TornPicture):
        camera.read(1.0)
    frame = camera.read(1.0)
    assert frame
    assert read_number(frame.pixels) == 2


@pytest.mark.parametrize(
    "picture",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8), bytes(10**7)],
)
def test_what_can_not_be_a_picture_is_refused_at_once(picture: np.ndarray | bytes) -> None:
    with pytest.raises(SensorError):
        PushedCamera().push(picture)


def test_a_visitor_comes_leaves_and_comes_again() -> None:
    events: list[SensorEvent] = []
    camera = PushedCamera()
    watch = CameraWatch(camera, events.append)
    watch.start()
    until(lambda: [event.trouble for event in events] == [Trouble.GONE])
    camera.push(jpeg(1))
    watch.retry_now()
    first = watch.newest(timeout_s=10)
    assert first
    camera.detach()
    until(lambda: [event.trouble for event in events] == [Trouble.GONE, Trouble.BACK, Trouble.GONE])
    camera.push(jpeg(2))
    watch.retry_now()
    second = watch.newest(after=first.number, timeout_s=10)
    assert second
    assert read_number(second.pixels) == 2
    assert watch.stop()
    assert watch.status().dropped == 0
    assert "switch it on in the console page" in events[0].text


@pytest.mark.parametrize(("rate_hz", "channels"), [(48_000, 1), (44_100, 2), (16_000, 1)])
def test_sound_is_brought_to_16_khz(rate_hz: int, channels: int) -> None:
    talk = np.repeat(babble(rate_hz, 1.0)[:, None], channels, axis=1)
    microphone = PushedMicrophone(rate_hz=rate_hz, channels=channels)
    microphone.attach()
    microphone.open()
    heard: list[Sound] = []
    step = rate_hz // 50
    for at in range(0, rate_hz, step):
        microphone.push(talk[at : at + step].tobytes() if at % 2 else talk[at : at + step])
        sound = microphone.read(1.0)
        if sound:
            heard.append(sound)
    assert likeness(joined(heard), babble(RATE_HZ, 1.0)) > 0.999
    assert all(sound.missed == 0 for sound in heard)


def test_sound_that_nobody_reads_gives_way_and_is_counted() -> None:
    microphone = PushedMicrophone(rate_hz=16_000)
    microphone.attach()
    microphone.open()
    for number in range(150):
        microphone.push(np.full(320, number, np.int16))
    first = microphone.read(1.0)
    assert first
    assert first.samples[0] == 50
    assert first.missed == 50 * 320
    rest = [microphone.read(1.0) for _ in range(99)]
    assert [int(sound.samples[0]) for sound in rest if sound] == list(range(51, 150))
    assert not any(sound.missed for sound in rest if sound)
    for before, after in itertools.pairwise([sound for sound in rest if sound]):
        assert after.time_s > before.time_s


@pytest.mark.parametrize("pcm", [b"\0", bytes(3), np.zeros(10, np.float32), np.zeros(100_000, np.int16)])
def test_what_is_no_block_of_sound_is_refused(pcm: bytes | np.ndarray) -> None:
    with pytest.raises(SensorError):
        PushedMicrophone().push(pcm)


def test_muted_in_the_browser_is_silent() -> None:
    events: list[SensorEvent] = []
    microphone = PushedMicrophone(rate_hz=16_000)
    watch = MicrophoneWatch(microphone, events.append)
    microphone.attach()
    watch.start()
    until(lambda: watch.status().format)
    for _ in range(110):
        microphone.push(np.zeros(320, np.int16))
        assert watch.next(5.0)
    until(lambda: Trouble.SILENT in watch.status().troubles)
    watch.stop()
