# SPDX-License-Identifier: Apache-2.0
"""A WAV file in place of a speaker: all that is played, one after the other, at a speaker's pace."""

from __future__ import annotations

import contextlib
import time
import wave
from pathlib import Path
from typing import BinaryIO

import numpy as np

from phosphene.sound.errors import SoundError
from phosphene.sound.samples import RATE_HZ, Samples, cut_off, silence


class WavSpeaker:
    """Overwrites `path`. The pauses between what is played are not in it. The file is whole at any time, so that it can
    be read when the program was killed.
    """

    live = False

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path
        self._raw: BinaryIO | None = None
        self._file: wave.Wave_write | None = None
        self._left = silence(0.0)
        self._next_s = 0.0

    def open(self) -> None:
        try:
            self._raw = self._path.open("wb")
            self._file = wave.open(self._raw, "wb")  # noqa: SIM115 it stays open
            self._file.setnchannels(1)
            self._file.setsampwidth(2)
            self._file.setframerate(RATE_HZ)
            self._file.writeframes(b"")
        except OSError as error:
            raise self._failed(error) from error

    def play(self, samples: Samples) -> None:
        self.check()
        if not self._left.size:
            self._next_s = time.monotonic()
        self._left = np.concatenate((self._left, samples))

    def cut(self) -> None:
        self.check()
        self._left = cut_off(self._left)

    @property
    def ahead_s(self) -> float:
        left_s = self._left.size / RATE_HZ
        return max(0.0, self._next_s + left_s - time.monotonic()) if left_s else 0.0

    def check(self) -> None:
        """Write what would have been heard by now."""
        if self._file is None:
            raise SoundError("it is not open", place=self.name)
        due = self._left[: max(0, round((time.monotonic() - self._next_s) * RATE_HZ))]
        if not due.size:
            return
        try:
            self._file.writeframes(due.astype("<i2").tobytes())
        except OSError as error:
            raise self._failed(error) from error
        self._left = self._left[due.size :]
        self._next_s += due.size / RATE_HZ

    def close(self) -> None:
        file, self._file = self._file, None
        raw, self._raw = self._raw, None
        for one in (file, raw):
            if one is not None:
                with contextlib.suppress(OSError):
                    one.close()

    def _failed(self, error: OSError) -> SoundError:
        return SoundError(
            f"it can't be written: {error.strerror or error}",
            place=self.name,
            cure="name a file in a folder that exists, on a disk with room",
        )
