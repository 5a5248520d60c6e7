# SPDX-License-Identifier: Apache-2.0
"""A real speaker, through PyAudio in a worker: ALSA, PulseAudio and PipeWire on Linux, CoreAudio on macOS."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np

from phosphene.sensors.resample import Resampler
from phosphene.sensors.worker_pipe import ask
from phosphene.sound.errors import SoundError
from phosphene.sound.fed_worker import FedWorker
from phosphene.sound.samples import RATE_HZ, Samples
from phosphene.sound.speaker_worker import CUT, ORDER, PLAY

COMMAND: Final = (sys.executable, "-I", str(Path(__file__).with_name("speaker_worker.py")))
"""How the worker is started."""

_CURE: Final = "plug the speaker in again, or restart the sound server"
_STALLED_S: Final = 2.5


class PyAudioSpeaker:
    """`device` is part of a device's name; empty means the system's default. `rate_hz` is what to play at: by default
    RATE_HZ where the device offers it, else the device's usual rate.
    """

    live = True

    def __init__(self, device: str = "", *, rate_hz: int | None = None, command: tuple[str, ...] = COMMAND) -> None:
        self.name = f"speaker {device}" if device else "default speaker"
        self._wanted = {"device": device, "rate_hz": rate_hz, "best_hz": RATE_HZ}
        self._worker = FedWorker(self.name, command, _CURE)
        self._resampler: Resampler | None = None
        self._rate_hz = RATE_HZ
        self._channels = 1
        self._latency_s = 0.0
        self._sent = 0
        self._done = 0
        self._newest_s = 0.0
        self._progress_s = 0.0

    def open(self) -> None:
        told = self._worker.start(self._wanted)
        self._rate_hz, self._channels = int(told["rate_hz"]), int(told["channels"])
        self._latency_s = float(told["latency_s"])
        self._resampler = Resampler(RATE_HZ, self._rate_hz) if self._rate_hz != RATE_HZ else None
        self._sent = self._done = 0
        self._newest_s = self._progress_s = time.monotonic()

    def play(self, samples: Samples) -> None:
        if self._resampler is not None:
            made = np.concatenate((self._resampler.push(samples.astype(np.float32)), self._resampler.flush()))
            samples = np.clip(np.rint(made), -32768, 32767).astype(np.int16)
        self.check()
        if self._sent == self._done:
            self._progress_s = time.monotonic()  # it had nothing to do until now
        self._send(PLAY, np.repeat(samples, self._channels).astype("<i2").tobytes())
        self._sent += samples.size

    def cut(self) -> None:
        self._send(CUT, b"")

    @property
    def ahead_s(self) -> float:
        if not self._sent:
            return 0.0
        waiting_s = (self._sent - self._done) / self._rate_hz
        return max(0.0, waiting_s + self._latency_s - (time.monotonic() - self._progress_s))

    def check(self) -> None:
        while (record := self._worker.block(0.0)) is not None:
            self._newest_s = record.time_s
            if record.number > self._done:
                self._done = record.number
                self._progress_s = record.time_s
        now_s = time.monotonic()
        if now_s - self._newest_s > _STALLED_S:
            raise SoundError("its worker hangs", place=self.name, cure=_CURE)
        if self._done < self._sent and now_s - self._progress_s > _STALLED_S:
            raise SoundError("it takes no sound any more", place=self.name, cure=_CURE)

    def close(self) -> None:
        self._worker.close()

    def _send(self, kind: bytes, data: bytes) -> None:
        self._worker.feed(ORDER.pack(kind, len(data)) + data)


def list_speakers(command: tuple[str, ...] = COMMAND, patience_s: float = 10.0) -> list[dict[str, Any]]:
    """Return the devices that play: name, channels and usual rate_hz. Raises SensorError where PyAudio is missing."""
    speakers: list[dict[str, Any]] = ask(command, patience_s, _CURE)
    return speakers
