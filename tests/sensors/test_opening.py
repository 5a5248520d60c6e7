# SPDX-License-Identifier: Apache-2.0
"""What a person types becomes a sensor, or an error that names what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from phosphene.sensors.errors import SensorError
from phosphene.sensors.listing import list_sensors
from phosphene.sensors.microphone import Microphone
from phosphene.sensors.opening import open_camera, open_microphone
from phosphene.sensors.pattern import TestPattern, draw
from phosphene.sensors.picamera import PiCamera
from phosphene.sensors.protocol import CameraFormat
from phosphene.sensors.sound_file import SoundFile
from phosphene.sensors.still import PictureFolder, StillPicture
from phosphene.sensors.tone import Silence, TestTone
from phosphene.sensors.v4l2 import V4l2Camera
from phosphene.sensors.video import VideoFile, VideoStream
from tests.sensors.sounds import babble, write_wav


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    Image.fromarray(draw(0, 64, 48)).save(tmp_path / "room.png")
    (tmp_path / "walk.mp4").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("")
    write_wav(tmp_path / "talk.wav", babble(16_000, 0.1), 16_000)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("spec", "kind", "name"),
    [
        ("test", TestPattern, "test pattern"),
        ("picamera2", PiCamera, "picamera2:0"),
        ("picamera2:1", PiCamera, "picamera2:1"),
        ("/dev/video2", V4l2Camera, "/dev/video2"),
        ("v4l2:/dev/video2", V4l2Camera, "/dev/video2"),
        ("v4l2:3", V4l2Camera, "/dev/video3"),
        ("v4l2", V4l2Camera, "/dev/video0"),
        ("0", V4l2Camera, "/dev/video0"),
        ("/dev/v4l/by-id/usb-cam", V4l2Camera, "/dev/v4l/by-id/usb-cam"),
        ("room.png", StillPicture, "room.png"),
        ("walk.mp4", VideoFile, "walk.mp4"),
        (".", PictureFolder, ""),
        ("rtsp://user:secret@10.0.0.3/live", VideoStream, "rtsp://10.0.0.3/live"),
    ],
)
def test_cameras(folder: Path, spec: str, kind: type, name: str) -> None:
    camera = open_camera(spec)
    assert camera is not None
    assert isinstance(camera, kind)
    assert camera.name == name


@pytest.mark.parametrize(
    ("spec", "kind", "name"),
    [
        ("test", TestTone, "test tone"),
        ("silence", Silence, "silence"),
        ("pyaudio", Microphone, "default microphone"),
        ("pyaudio:USB Audio", Microphone, "microphone USB Audio"),
        ("pyaudio:hw:1,0@48000", Microphone, "microphone hw:1,0"),
        ("talk.wav", SoundFile, "talk.wav"),
    ],
)
def test_microphones(folder: Path, spec: str, kind: type, name: str) -> None:
    microphone = open_microphone(spec)
    assert microphone is not None
    assert isinstance(microphone, kind)
    assert microphone.name == name


def test_none() -> None:
    assert open_camera("none") is None
    assert open_microphone("none") is None


def test_size_and_rate_are_passed_on() -> None:
    camera = open_camera("test", width=160, height=120, rate_hz=10)
    assert camera
    assert camera.open() == CameraFormat(160, 120, 10)


@pytest.mark.parametrize(
    ("spec", "hint"),
    [
        ("tset", "did you mean test?"),
        ("picamera", None),
        ("picam2", "did you mean picamera2?"),
        ("rom.png", "did you mean room.png?"),
        ("wlak.mp4", "did you mean walk.mp4?"),
        ("notes.txt", "use one that ends in .png"),
        ("", "use picamera2, /dev/video0"),
        ("\0", "use picamera2, /dev/video0"),
        ("webcam", "use picamera2, /dev/video0"),
    ],
)
def test_what_names_no_camera(folder: Path, spec: str, hint: str | None) -> None:
    if hint is None:
        assert open_camera(spec)
        return
    with pytest.raises(SensorError) as caught:
        open_camera(spec)
    assert hint in caught.value.cure


@pytest.mark.parametrize(
    ("spec", "hint"),
    [
        ("pyaduio", "did you mean pyaudio?"),
        ("tlak.wav", "did you mean talk.wav?"),
        ("room.png", "use one that ends in .wav"),
        ("mic", "use pyaudio, pyaudio:NAME"),
    ],
)
def test_what_names_no_microphone(folder: Path, spec: str, hint: str) -> None:
    with pytest.raises(SensorError) as caught:
        open_microphone(spec)
    assert hint in caught.value.cure


def test_everything_that_is_listed_and_complete_can_be_named() -> None:
    for found in list_sensors():
        if not found.missing:
            assert open_camera(found.spec) if found.kind == "camera" else open_microphone(found.spec)
