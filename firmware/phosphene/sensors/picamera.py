# SPDX-License-Identifier: Apache-2.0
"""The Raspberry Pi's own camera: a worker in the Pi's system Python runs picamera2, this end reads its pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from phosphene.sensors.blocks import Frame
from phosphene.sensors.protocol import CameraFormat
from phosphene.sensors.worker_pipe import WorkerPipe, ask

COMMAND: Final = ("/usr/bin/python3", "-I", str(Path(__file__).with_name("picamera_worker.py")))
"""How the worker is started: -I keeps this environment's packages out of the other Python."""

_CURE: Final = "on a Raspberry Pi see if rpicam-hello works; elsewhere use /dev/video0"


class PiCamera:
    """A camera on the Pi's ribbon connectors, by its `number`. `command` starts another worker than COMMAND."""

    live = True

    def __init__(
        self,
        number: int = 0,
        width: int = 640,
        height: int = 480,
        *,
        rate_hz: float = 30.0,
        command: tuple[str, ...] = COMMAND,
    ) -> None:
        self.name = f"picamera2:{number}"
        self._wanted = {"camera": number, "width": width, "height": height, "rate_hz": rate_hz}
        self._pipe = WorkerPipe(self.name, command, _CURE)

    def open(self) -> CameraFormat:
        told = self._pipe.start(self._wanted)
        return CameraFormat(int(told["width"]), int(told["height"]), float(told["rate_hz"]))

    def read(self, timeout_s: float) -> Frame | None:
        record = self._pipe.block(timeout_s)
        if record is None:
            return None
        width, height = record.figures
        if len(record.body) != width * height * 3:
            raise self._pipe.nonsense()
        return Frame(np.frombuffer(record.body, np.uint8).reshape(height, width, 3), record.time_s, record.number)

    def close(self) -> None:
        self._pipe.close()


def list_cameras(command: tuple[str, ...] = COMMAND, patience_s: float = 10.0) -> list[dict[str, Any]]:
    """Return what picamera2 finds: number, model and id of each. Raises SensorError where there is no picamera2."""
    cameras: list[dict[str, Any]] = ask(command, patience_s, _CURE)
    return cameras
