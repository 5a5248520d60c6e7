# SPDX-License-Identifier: Apache-2.0
"""A PulseAudio server of one's own, whose microphone is a named pipe."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_START_S = 20.0


def missing() -> str:
    """Say what is not installed of what recording from such a server takes, or nothing."""
    if importlib.util.find_spec("pyaudio") is None:
        return "PyAudio: apt install portaudio19-dev, pip install PyAudio"
    if not shutil.which("pulseaudio") or not list(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so")):
        return "PulseAudio: apt install pulseaudio libasound2-plugins"
    return ""


class Pulse:
    """A server in a folder of its own. What is played goes into the pipe, and comes out of the source ``mic``. `also`
    are further modules of PulseAudio. The folder's path is short, as a socket's must be.
    """

    def __init__(self, folder: Path, rate_hz: int, also: tuple[str, ...] = ()) -> None:
        self._folder = folder
        self._rate_hz = rate_hz
        self._also = also
        self._pipe = folder / "mic"
        self._socket = folder / "native"
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a client needs to find the server, and nobody else's."""
        return {
            "XDG_RUNTIME_DIR": str(self._folder),
            "HOME": str(self._folder),
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_LATENCY_MSEC": "20",
        }

    def start(self) -> None:
        """Start the server, and wait until it listens."""
        self._pipe.unlink(missing_ok=True)
        self._socket.unlink(missing_ok=True)
        program = shutil.which("pulseaudio")
        assert program
        self._server = subprocess.Popen(
            [
                *(program, "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"),
                "--load=module-native-protocol-unix auth-anonymous=1 socket=" + str(self._socket),
                "--load=module-pipe-source source_name=mic format=s16le channels=1 "
                f"rate={self._rate_hz} file={self._pipe}",
                *(f"--load={module}" for module in self._also),
            ],
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ends = time.monotonic() + _START_S
        while not (self._socket.exists() and self._pipe.exists()):
            assert time.monotonic() < ends, "PulseAudio does not start"
            time.sleep(0.01)

    def kill(self) -> None:
        """End the server at once, as a crash would."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def play(self, samples: NDArray[np.int16], *, again: bool = False) -> threading.Thread:
        """Write samples into the pipe at the pace of the world; the thread ends when all are written, or, where they
        are played `again` and again, with the server.
        """
        thread = threading.Thread(target=self._write, args=(samples, again), daemon=True)
        thread.start()
        return thread

    def _write(self, samples: NDArray[np.int16], again: bool) -> None:
        step = self._rate_hz // 50
        start = time.monotonic()
        number = 0
        with contextlib.suppress(BrokenPipeError), self._pipe.open("wb", buffering=0) as pipe:  # it may be killed
            while True:
                for at in range(0, samples.size, step):
                    time.sleep(max(0.0, start + number / 50 - time.monotonic()))
                    pipe.write(samples[at : at + step].tobytes())
                    number += 1
                if not again:
                    return
