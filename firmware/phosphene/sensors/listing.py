# SPDX-License-Identifier: Apache-2.0
"""Which cameras and microphones this computer has."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from phosphene.sensors import microphone, picamera, v4l2_devices
from phosphene.sensors.errors import SensorError


@dataclass(frozen=True, slots=True)
class Found:
    """A sensor. `spec` is what `open_camera` or `open_microphone` takes; `name` what it calls itself; `missing` what
    must be installed before it can be used, empty when nothing.
    """

    kind: Literal["camera", "microphone"]
    spec: str
    name: str
    missing: str = ""


def list_sensors() -> list[Found]:
    """Return what is there, real sensors first. Where a driver's package is missing, an entry says so."""
    return [
        *_cameras(),
        Found("camera", "test", "test pattern, moving"),
        *_microphones(),
        Found("microphone", "test", "test tone, sweeping"),
    ]


def _cameras() -> list[Found]:
    found: list[Found] = []
    # On other computers there is no libcamera for it, and asking would only take time.
    if Path("/usr/lib/python3/dist-packages/picamera2").is_dir():
        try:
            cameras = picamera.list_cameras()
            found += [Found("camera", f"picamera2:{told['number']}", str(told["model"])) for told in cameras]
        except SensorError as error:
            found.append(Found("camera", "picamera2", "the Pi's camera", str(error)))
    missing = "" if importlib.util.find_spec("cv2") else 'pip install "opencv-python-headless<5"'
    found += [Found("camera", device.path, device.card, missing) for device in v4l2_devices.captures()]
    return found


def _microphones() -> list[Found]:
    try:
        names = [str(told["name"]) for told in microphone.list_microphones()]
    except SensorError as error:
        return [Found("microphone", "pyaudio", "microphones of this computer", str(error))]
    return [Found("microphone", f"pyaudio:{name}", name) for name in names]
