# SPDX-License-Identifier: Apache-2.0
"""From what a person types, such as ``/dev/video0`` or ``talk.wav``, to a camera or a microphone."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Final

from phosphene.sensors import pictures, sound_reading, video
from phosphene.sensors.errors import SensorError
from phosphene.sensors.microphone import Microphone
from phosphene.sensors.pattern import TestPattern
from phosphene.sensors.picamera import PiCamera
from phosphene.sensors.protocol import Camera
from phosphene.sensors.protocol import Microphone as AnyMicrophone
from phosphene.sensors.sound_file import SoundFile
from phosphene.sensors.still import PictureFolder, StillPicture
from phosphene.sensors.tone import Silence, TestTone
from phosphene.sensors.v4l2 import V4l2Camera
from phosphene.sensors.video import VideoFile, VideoStream

CAMERA_HELP: Final = "picamera2, /dev/video0, VIDEO.mp4, PICTURE.png, a folder of pictures, rtsp://…, test, none"
MICROPHONE_HELP: Final = "pyaudio, pyaudio:NAME, SOUND.wav, test, silence, none"

_CAMERA_WORDS: Final = ("picamera2", "v4l2", "test", "none", "/dev/video0")
_MICROPHONE_WORDS: Final = ("pyaudio", "test", "silence", "none")
_STREAMS: Final = ("rtsp://", "rtsps://", "http://", "https://", "rtmp://", "udp://", "tcp://")


def open_camera(
    spec: str, *, width: int = 640, height: int = 480, rate_hz: float = 30.0, loop: bool = False
) -> Camera | None:
    """Return the camera that `spec` names, not yet opened; None for ``none``. Raises SensorError when it names none.

    Size and rate are wishes to real cameras; a file has its own. `loop` begins a file anew at its end.
    """
    spec = spec.strip()
    if spec == "none":
        return None
    if spec == "test":
        return TestPattern(width, height, rate_hz=rate_hz)
    if found := re.fullmatch(r"picamera2?(?::(\d))?", spec):
        return PiCamera(int(found[1] or 0), width, height, rate_hz=rate_hz)
    if found := re.fullmatch(r"(?:v4l2:?)?(/dev/.+|\d*)", spec):
        device = found[1]
        if spec and (device or spec.startswith("v4l2")):
            return V4l2Camera(device if device.startswith("/") else int(device or 0), width, height, rate_hz=rate_hz)
    if spec.startswith(_STREAMS):
        return VideoStream(spec)
    path = Path(spec).expanduser()
    if spec and path.is_dir():
        return PictureFolder(path, loop=loop)
    ending = path.suffix.lower()
    if ending in pictures.ENDINGS and path.is_file():
        return StillPicture(path)
    if ending in video.ENDINGS and path.is_file():
        return VideoFile(path, loop=loop)
    raise _unknown("camera", spec, (*pictures.ENDINGS, *video.ENDINGS), _CAMERA_WORDS, CAMERA_HELP)


def open_microphone(spec: str, *, loop: bool = False) -> AnyMicrophone | None:
    """Return the microphone that `spec` names, not yet opened; None for ``none``. Raises SensorError when it names
    none. ``pyaudio:NAME@48000`` records at that rate. `loop` begins a file anew at its end.
    """
    spec = spec.strip()
    if spec == "none":
        return None
    if spec == "test":
        return TestTone()
    if spec == "silence":
        return Silence()
    if found := re.fullmatch(r"pyaudio(?::(.*?))?(?:@(\d{1,6}))?", spec):
        return Microphone(found[1] or "", rate_hz=int(found[2]) if found[2] else None)
    path = Path(spec).expanduser()
    if path.suffix.lower() in sound_reading.ENDINGS and path.is_file():
        return SoundFile(path, loop=loop)
    raise _unknown("microphone", spec, sound_reading.ENDINGS, _MICROPHONE_WORDS, MICROPHONE_HELP)


def _unknown(kind: str, spec: str, endings: tuple[str, ...], words: tuple[str, ...], usage: str) -> SensorError:
    path = Path(spec).expanduser()
    if path.is_file():
        return SensorError(
            f"a {kind} can't be a file of this kind", place=spec, cure=f"use one that ends in {', '.join(endings)}"
        )
    near = difflib.get_close_matches(spec, words, 1, 0.5)
    if not near and path.parent.is_dir() and path.suffix:
        names = [there.name for there in path.parent.iterdir() if there.suffix.lower() in endings]
        near = [str(path.parent / name) for name in difflib.get_close_matches(path.name, names, 3, 0.5)]
    cure = f"did you mean {' or '.join(near)}?" if near else f"use {usage}"
    what = f"there is no such file for a {kind}" if path.suffix else f"this names no {kind}"
    return SensorError(what, place=repr(spec), cure=cure)
