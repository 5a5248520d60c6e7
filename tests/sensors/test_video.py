# SPDX-License-Identifier: Apache-2.0
"""Videos in place of a camera, through OpenCV's own reader: every picture once, in order; cut off, and no video."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from phosphene.sensors.errors import SensorError
from phosphene.sensors.pattern import draw, read_number
from phosphene.sensors.protocol import CameraFormat
from phosphene.sensors.video import VideoFile, VideoStream

cv2: Any = pytest.importorskip("cv2", reason="OpenCV is not installed: pip install phosphene[camera]")

PICTURES = 24


def read_whole(source: VideoFile) -> None:
    source.open()
    while True:
        source.read(1.0)


def write_video(path: Path, code: str = "MJPG") -> Path:
    out = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*code), 12.0, (320, 240))
    assert out.isOpened()
    for number in range(PICTURES):
        out.write(draw(number, 320, 240)[:, :, ::-1].copy())
    out.release()
    return path


@pytest.mark.parametrize(("name", "code"), [("a.avi", "MJPG"), ("a.mp4", "mp4v")])
def test_every_picture_once_and_in_order(tmp_path: Path, name: str, code: str) -> None:
    source = VideoFile(write_video(tmp_path / name, code), real_time=False)
    assert source.open() == CameraFormat(320, 240, 12.0)
    frames = [source.read(1.0) for _ in range(PICTURES)]
    assert [read_number(frame.pixels) for frame in frames if frame] == list(range(PICTURES))
    assert [frame.number for frame in frames if frame] == list(range(PICTURES))
    first, last = frames[0], frames[-1]
    assert first
    assert last
    assert last.time_s - first.time_s == pytest.approx((PICTURES - 1) / 12)
    red = last.pixels[20:200].reshape(-1, 3)
    # Red and blue are where they were drawn: nobody forgot that OpenCV turns them round.
    drawn = draw(PICTURES - 1, 320, 240)[20:200].reshape(-1, 3)
    assert abs(red.astype(int) - drawn).mean() < 12
    with pytest.raises(EOFError):
        source.read(1.0)
    source.close()


def test_loop(tmp_path: Path) -> None:
    source = VideoFile(write_video(tmp_path / "a.avi"), loop=True, real_time=False)
    source.open()
    frames = [source.read(1.0) for _ in range(2 * PICTURES + 3)]
    source.close()
    assert [read_number(frame.pixels) for frame in frames if frame] == [n % PICTURES for n in range(2 * PICTURES + 3)]
    assert [frame.number for frame in frames if frame] == list(range(2 * PICTURES + 3))


def test_cut_off_is_told(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    source = VideoFile(path, real_time=False)
    with pytest.raises(SensorError, match=r"cut off|no video"):
        read_whole(source)
    source.close()


@pytest.mark.parametrize("content", [b"", b"not a video", bytes(10_000)])
def test_what_is_no_video_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(SensorError, match="no video"):
        VideoFile(path).open()


def test_missing_video(tmp_path: Path) -> None:
    with pytest.raises(SensorError, match="no such video"):
        VideoFile(tmp_path / "a.mp4").open()


def test_a_stream_that_nobody_sends_is_refused_and_its_password_stays_here() -> None:
    source = VideoStream("rtsp://me:secret@127.0.0.1:9/cam", patience_s=1.0)
    with pytest.raises(SensorError, match="no stream") as caught:
        source.open()
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)
