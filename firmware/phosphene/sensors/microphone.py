# SPDX-License-Identifier: Apache-2.0
"""A real microphone, through PyAudio in a worker: ALSA, PulseAudio and PipeWire on Linux, CoreAudio on macOS."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene.sensors.intake import Intake
from phosphene.sensors.protocol import MicrophoneFormat
from phosphene.sensors.sample_clock import SampleClock
from phosphene.sensors.worker_pipe import WorkerPipe, ask

COMMAND: Final = (sys.executable, "-I", str(Path(__file__).with_name("microphone_worker.py")))
"""How the worker is started."""

_CURE: Final = "plug the microphone in again, or restart the sound server"


class Microphone:
    """`device` is part of a device's name; empty means the system's default. `rate_hz` is what to record at: by default
    RATE_HZ where the device offers it, else the device's usual rate. Two seconds wait in the worker; what doesn't fit
    is counted as missed.
    """

    live = True

    def __init__(self, device: str = "", *, rate_hz: int | None = None, command: tuple[str, ...] = COMMAND) -> None:
        self.name = f"microphone {device}" if device else "default microphone"
        self._wanted = {"device": device, "rate_hz": rate_hz}
        self._pipe = WorkerPipe(self.name, command, _CURE)
        self._channels = 1
        self._next = 0
        self._intake = Intake(MicrophoneFormat(RATE_HZ, 1))
        self._clock = SampleClock(RATE_HZ)

    def open(self) -> MicrophoneFormat:
        told = self._pipe.start(self._wanted)
        form = MicrophoneFormat(int(told["rate_hz"]), int(told["channels"]))
        self._intake = Intake(form)
        self._clock = SampleClock(form.rate_hz)
        self._channels = form.channels
        self._next = 0
        return form

    def read(self, timeout_s: float) -> Sound | None:
        record = self._pipe.block(timeout_s)
        if record is None:
            return None
        overflow, channels = record.figures
        if channels != self._channels or len(record.body) % (2 * channels):
            raise self._pipe.nonsense()
        samples = np.frombuffer(record.body, np.int16).reshape(-1, channels)
        size = samples.shape[0]
        missed = (record.number - self._next) * size
        self._next = record.number + 1
        if overflow:
            # Some were lost, PortAudio doesn't say how many: taken for one block.
            missed += size
            self._clock.restart()
        self._clock.skip(missed)
        start_s, gap = self._clock.stamp(size, record.time_s)
        return self._intake.take(samples, start_s, missed + gap)

    def close(self) -> None:
        self._pipe.close()


def list_microphones(command: tuple[str, ...] = COMMAND, patience_s: float = 10.0) -> list[dict[str, Any]]:
    """Return the devices that record: name, channels and usual rate_hz. Raises SensorError where PyAudio is missing."""
    microphones: list[dict[str, Any]] = ask(command, patience_s, _CURE)
    return microphones
