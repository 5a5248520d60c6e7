# SPDX-License-Identifier: Apache-2.0
"""A sound file in place of a microphone."""

from __future__ import annotations

import threading
from pathlib import Path

from phosphene.sensors.blocks import Sound
from phosphene.sensors.errors import SensorError
from phosphene.sensors.intake import Intake
from phosphene.sensors.pace import Pace
from phosphene.sensors.protocol import MicrophoneFormat
from phosphene.sensors.sound_reading import SoundReader, open_sound


class SoundFile:
    """A file's sound in blocks of 20 ms, at the pace of the world or, without `real_time`, as fast as it's read."""

    live = False

    def __init__(self, path: Path, *, loop: bool = False, real_time: bool = True) -> None:
        self.name = path.name
        self._path = path
        self._loop = loop
        self._pace = Pace(real_time=real_time)
        self._lock = threading.Lock()
        self._reader: SoundReader | None = None
        self._intake: Intake | None = None
        self._taken = 0
        self._ended = False

    def open(self) -> MicrophoneFormat:
        self.close()
        reader = open_sound(self._path)
        try:
            self._intake = Intake(reader.form, reader.full_scale)
        except SensorError:
            reader.close()
            raise
        with self._lock:
            self._reader = reader
        self._taken = 0
        self._ended = False
        self._pace.start()
        return reader.form

    def read(self, timeout_s: float) -> Sound | None:
        with self._lock:
            reader, intake = self._reader, self._intake
            if reader is None or intake is None:
                raise SensorError("the sound file is not open", place=self.name)
            rate = reader.form.rate_hz
        if self._ended:
            raise EOFError
        block = max(1, rate // 50)
        if not self._pace.wait((self._taken + block) / rate, timeout_s):
            return None
        with self._lock:
            if self._reader is None:
                return None
            samples = reader.read(block)
            if samples.shape[0] == 0 and self._loop and self._taken:
                self._reader.close()
                self._reader = reader = open_sound(self._path)
                samples = reader.read(block)
        if samples.shape[0] == 0:
            self._ended = True
            return intake.finish()
        sound = intake.take(samples, self._pace.due(self._taken / rate))
        self._taken += samples.shape[0]
        return sound

    def close(self) -> None:
        self._pace.stop()
        with self._lock:
            if self._reader is not None:
                self._reader.close()
                self._reader = None
