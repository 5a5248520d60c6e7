# SPDX-License-Identifier: Apache-2.0
"""Sound files, read a block at a time: WAV, and what libsndfile knows (FLAC, Ogg, MP3, …)."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.errors import SensorError
from phosphene.sensors.protocol import MicrophoneFormat

ENDINGS: Final = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif")
"""Endings of the file names that are taken for sound."""


class SoundReader(Protocol):
    """An open sound file. `full_scale` is the highest value that it can hold, in steps of int16."""

    form: MicrophoneFormat
    full_scale: float

    def read(self, count: int) -> NDArray[np.int16] | NDArray[np.float32]:
        """Return up to `count` samples of each channel, [n, channels]; n is 0 at the end. Raises SensorError when the
        file ends before its header says.
        """
        ...

    def close(self) -> None:
        """Close the file."""
        ...


def open_sound(path: Path) -> SoundReader:
    """Open a sound file. Raises SensorError when it isn't there or isn't one."""
    if path.is_dir():
        raise SensorError("this is a folder, not a sound file", place=str(path))
    try:
        if path.stat().st_size == 0:
            raise SensorError("the sound file is empty", place=str(path), cure="record it again")
    except FileNotFoundError:
        raise SensorError("there is no such sound file", place=str(path), cure="look at the name") from None
    try:
        return WavReader(path)
    except PermissionError:
        raise SensorError("this sound file may not be read", place=str(path), cure=f"chmod u+r {path}") from None
    except (wave.Error, EOFError, RuntimeError, ValueError, ZeroDivisionError, OSError):
        # Not WAV, or of a kind that `wave` doesn't read, such as floats, or damaged: its chunks raise RuntimeError.
        return SndfileReader(path)


class WavReader:
    """PCM of 8, 16, 24 or 32 bits. Raises wave.Error or EOFError where it isn't that."""

    def __init__(self, path: Path) -> None:
        self._place = str(path)
        self._file = wave.open(self._place, "rb")  # noqa: SIM115
        self._width = self._file.getsampwidth()
        if self._width > 4:
            self._file.close()
            raise wave.Error(f"{self._width} bytes a sample")
        self._left = self._file.getnframes()
        self.form = MicrophoneFormat(self._file.getframerate(), self._file.getnchannels())
        self.full_scale = 32512.0 if self._width == 1 else 32767.0

    def read(self, count: int) -> NDArray[np.int16] | NDArray[np.float32]:
        count = min(count, self._left)
        size = self._width * self.form.channels
        try:
            data = self._file.readframes(count)
        except (EOFError, wave.Error, OSError) as error:
            raise SensorError(f"the sound file is damaged: {error}", place=self._place) from error
        got = len(data) // size
        if got < count and got == 0:
            seconds = self._left / self.form.rate_hz
            raise SensorError(
                f"the sound file is cut off: {seconds:.2f} s are missing at its end",
                place=self._place,
                cure="copy or record it again",
            )
        self._left -= got
        return _samples(data[: got * size], self._width).reshape(got, self.form.channels)

    def close(self) -> None:
        self._file.close()


def _samples(data: bytes, width: int) -> NDArray[np.int16] | NDArray[np.float32]:
    if width == 2:
        return np.frombuffer(data, "<i2").astype(np.int16, copy=False)
    if width == 1:
        # 8 bits are unsigned in WAV.
        return (np.frombuffer(data, np.uint8).astype(np.int16) - 128) * np.int16(256)
    # 24 and 32 bits: the upper bytes decide, float32 keeps 24 of them.
    raw = np.frombuffer(data, np.uint8).reshape(-1, width)
    wide = np.zeros((raw.shape[0], 4), np.uint8)
    wide[:, 4 - width :] = raw
    return wide.view("<i4")[:, 0].astype(np.float32) / np.float32(2**31)


class SndfileReader:
    """What libsndfile reads."""

    full_scale = 32767.0

    def __init__(self, path: Path) -> None:
        try:
            import soundfile
        except (ImportError, OSError) as error:
            raise SensorError(
                "soundfile, which reads this kind of sound file, is not installed",
                place=str(path),
                cure="pip install soundfile, or use a PCM .wav",
            ) from error
        self._place = str(path)
        self._errors: type[Exception] = soundfile.SoundFileError
        try:
            self._file: Any = soundfile.SoundFile(self._place)
        except self._errors as error:
            raise SensorError(
                f"this is no sound file that can be read: {error}", place=self._place, cure="use .wav, .flac or .ogg"
            ) from error
        self._left: int = self._file.frames
        self.form = MicrophoneFormat(self._file.samplerate, self._file.channels)

    def read(self, count: int) -> NDArray[np.int16] | NDArray[np.float32]:
        try:
            samples = self._file.read(count, dtype="float32", always_2d=True)
        except self._errors as error:
            raise SensorError(f"the sound file is damaged: {error}", place=self._place) from error
        self._left -= samples.shape[0]
        if samples.shape[0] == 0 and self._left > self.form.rate_hz // 10:
            # Lossy codecs are a few samples off; a tenth of a second is not that.
            raise SensorError(
                f"the sound file is cut off: {self._left / self.form.rate_hz:.2f} s are missing at its end",
                place=self._place,
                cure="copy or record it again",
            )
        return samples

    def close(self) -> None:
        self._file.close()
