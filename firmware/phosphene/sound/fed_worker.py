# SPDX-License-Identifier: Apache-2.0
"""A worker that is also written to: the speaker's and the speech engine's."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
from typing import ClassVar, Final

from phosphene.errors import PhospheneError
from phosphene.sensors.worker_pipe import WorkerPipe
from phosphene.sound.errors import SoundError

_TAKE_S: Final = 1.0


class FedWorker(WorkerPipe):
    """As WorkerPipe, and `feed` writes to its standard input. All that it raises is a SoundError."""

    stdin: ClassVar[int] = subprocess.PIPE
    error: ClassVar[type[PhospheneError]] = SoundError

    def feed(self, data: bytes) -> None:
        """Write `data`, which the worker takes at once, whatever else it does. Raises SoundError when it has ended, or
        takes nothing for a second.
        """
        process = self._process
        if process is None or process.stdin is None:
            raise SoundError("it is not open", place=self._name)
        left = memoryview(data)
        try:
            fd = process.stdin.fileno()
            os.set_blocking(fd, False)
            while left:
                select.select([], [fd], [], _TAKE_S)
                left = left[os.write(fd, left) :]
        except (OSError, ValueError) as error:
            # What it said before it ended is the reason.
            while self.block(0.5) is not None:
                pass
            raise SoundError("its worker takes nothing more", place=self._name, cure=self._cure) from error

    def close(self) -> None:
        """End the worker, whatever it does."""
        process = self._process
        super().close()
        if process is not None and process.stdin is not None:
            # What was never taken is lost with it.
            with contextlib.suppress(OSError):
                process.stdin.close()
