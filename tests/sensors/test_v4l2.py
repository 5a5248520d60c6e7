# SPDX-License-Identifier: Apache-2.0
"""A V4L2 camera. OpenCV's capture is replaced at its edge, since no computer for tests has a camera to unplug."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.sensors import opencv
from phosphene.sensors.camera_watch import CameraWatch
from phosphene.sensors.errors import SensorError, TornPicture
from phosphene.sensors.pattern import draw, read_number
from phosphene.sensors.protocol import CameraFormat, SensorEvent, Trouble
from phosphene.sensors.v4l2 import V4l2Camera
from phosphene.sensors.v4l2_devices import captures
from tests.sensors.waiting import until

cv2: Any = pytest.importorskip("cv2", reason="OpenCV is not installed: pip install phosphene[camera]")


class Capture:
    """Has of cv2.VideoCapture what the driver uses, and answers as one does for a webcam of 320 × 240."""

    taken = 0
    busy = False
    torn = False
    size: tuple[int, int] = (320, 240)
    black = False
    opened_with: tuple[Any, ...] = ()

    def __init__(self, *arguments: Any) -> None:
        type(self).opened_with = arguments
        self._open = not self.busy
        self._set: dict[int, float] = {}
        self._stamp_s = time.monotonic()

    def isOpened(self) -> bool:  # noqa: N802 OpenCV's name
        return self._open

    def set(self, key: int, value: float) -> bool:
        self._set[key] = value
        return True

    def get(self, key: int) -> float:
        known = {
            cv2.CAP_PROP_FRAME_WIDTH: self.size[0],
            cv2.CAP_PROP_FRAME_HEIGHT: self.size[1],
            cv2.CAP_PROP_FPS: 100.0,
            cv2.CAP_PROP_POS_MSEC: self._stamp_s * 1000,
        }
        return known.get(key, 0.0)

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]:
        # The sensor's own clock, steady however late this is read.
        self._stamp_s += 0.01
        time.sleep(max(0.0, self._stamp_s + 0.005 - time.monotonic()))
        if not self._open or self.torn or not Path(str(type(self).device)).exists():
            return False, None
        type(self).taken += 1
        picture = draw(self.taken, *self.size)[:, :, ::-1].copy()
        return True, np.zeros_like(picture) if self.black else picture

    def release(self) -> None:
        self._open = False

    device: Path


class FakeCv2:
    """The real OpenCV but for its capture."""

    def __init__(self, capture: type[Capture]) -> None:
        self.VideoCapture = capture

    def __getattr__(self, name: str) -> Any:
        return getattr(cv2, name)


@pytest.fixture
def webcam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[Capture]:
    class Webcam(Capture):
        device = tmp_path / "video0"

    Webcam.device.write_bytes(b"")
    monkeypatch.setattr(opencv, "load", lambda _place: FakeCv2(Webcam))  # pyright: ignore[reportUnknownLambdaType]
    return Webcam


def test_pictures_come_in_rgb_with_the_drivers_times(webcam: type[Capture]) -> None:
    camera = V4l2Camera(str(webcam.device))
    assert camera.open() == CameraFormat(320, 240, 100.0)
    assert webcam.opened_with == (str(webcam.device), cv2.CAP_V4L2)
    frame = camera.read(1.0)
    assert frame
    assert np.array_equal(frame.pixels, draw(read_number(frame.pixels), 320, 240))
    assert 0.004 < time.monotonic() - frame.time_s < 2
    camera.close()
    with pytest.raises(SensorError, match="not open"):
        camera.read(1.0)


def test_unplugged_is_gone_and_plugged_in_again_is_back(webcam: type[Capture]) -> None:
    events: list[SensorEvent] = []
    watch = CameraWatch(V4l2Camera(str(webcam.device)), events.append)
    watch.start()
    first = watch.newest(timeout_s=5)
    assert first
    webcam.device.unlink()
    until(lambda: any(event.trouble is Trouble.GONE for event in events))
    assert watch.status().format is None
    webcam.device.write_bytes(b"")
    again = watch.newest(after=watch.newest().number + 3, timeout_s=10)  # pyright: ignore[reportOptionalMemberAccess]
    assert again
    assert again.number > first.number
    assert again.time_s > first.time_s
    assert watch.stop()
    told = [event.trouble for event in events]
    assert told.count(Trouble.GONE) == 1
    assert told.index(Trouble.BACK) > told.index(Trouble.GONE)
    gone = next(event for event in events if event.trouble is Trouble.GONE)
    assert "unplugged" in gone.text
    assert "plug it in again" in gone.text


def test_a_lens_that_is_covered(webcam: type[Capture]) -> None:
    events: list[SensorEvent] = []
    watch = CameraWatch(V4l2Camera(str(webcam.device)), events.append)
    watch.start()
    assert watch.newest(timeout_s=5)
    webcam.black = True
    until(lambda: Trouble.BLACK in watch.status().troubles)
    webcam.black = False
    until(lambda: not watch.status().troubles)
    watch.stop()
    assert [event.trouble for event in events] == [Trouble.BLACK, Trouble.BACK]
    assert "uncover the lens" in events[0].text


def test_a_picture_that_does_not_decode_is_torn_and_a_row_of_them_is_a_broken_camera(webcam: type[Capture]) -> None:
    camera = V4l2Camera(str(webcam.device))
    camera.open()
    webcam.torn = True
    for _ in range(9):
        with pytest.raises(TornPicture):
            camera.read(1.0)
    with pytest.raises(SensorError, match="10 times in a row"):
        camera.read(1.0)
    camera.close()


def test_pictures_of_another_size_are_withheld(webcam: type[Capture]) -> None:
    events: list[SensorEvent] = []
    watch = CameraWatch(V4l2Camera(str(webcam.device)), events.append)
    watch.start()
    assert watch.newest(timeout_s=5)
    webcam.size = (320, 200)
    until(lambda: Trouble.TORN in watch.status().troubles)
    last = watch.newest()
    assert last
    assert last.pixels.shape == (240, 320, 3)
    webcam.size = (320, 240)
    assert watch.newest(after=last.number, timeout_s=5)
    until(lambda: Trouble.TORN not in watch.status().troubles)
    watch.stop()
    assert "320×200 came instead of 320×240" in events[0].text


def test_another_program_has_it(webcam: type[Capture]) -> None:
    webcam.busy = True
    with pytest.raises(SensorError, match="another program") as caught:
        V4l2Camera(str(webcam.device)).open()
    assert "fuser" in str(caught.value)


def test_closing_under_a_read_ends_it(webcam: type[Capture]) -> None:
    watch = CameraWatch(V4l2Camera(str(webcam.device)))
    watch.start()
    assert watch.newest(timeout_s=5)
    assert watch.stop()


def test_a_camera_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(SensorError, match="no such camera") as caught:
        V4l2Camera(str(tmp_path / "video7")).open()
    assert "that are there:" in str(caught.value)


def test_what_is_no_video_device_is_no_camera(tmp_path: Path) -> None:
    (tmp_path / "video0").write_bytes(b"")
    (tmp_path / "video-other").write_bytes(b"")
    (tmp_path / "video1").symlink_to("/dev/null")
    assert captures(tmp_path) == []
