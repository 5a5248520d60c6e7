# SPDX-License-Identifier: Apache-2.0
"""A microphone of a PulseAudio server of the bench's own: a live one, with a real driver, whose plug can be pulled."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

from phosphene.sensors.blocks import RATE_HZ
from phosphene.sensors.tone import sweep
from phosphene_hil.senses.plug import UnderTest
from phosphene_hil.senses.pulse import Pulse, missing

__all__ = ["microphone", "missing"]

_SWEEP_S = 4


class _Server:
    """The sound server as a plug: without it there is no microphone."""

    def __init__(self, folder: Path) -> None:
        self._pulse = Pulse(folder, RATE_HZ)
        self.environment = self._pulse.environment

    def pull(self) -> None:
        """See Plug."""
        self._pulse.kill()

    def put_back(self) -> None:
        """See Plug: the tone sweeps on."""
        self._pulse.start()
        self._pulse.play(sweep(0, _SWEEP_S * RATE_HZ), again=True)


@contextlib.contextmanager
def microphone() -> Generator[UnderTest]:
    """Run such a microphone, which hears a tone; without PulseAudio or PyAudio, the test tone of this process, which
    nobody can unplug. Programs that are started meanwhile have this sound server.
    """
    if missing():
        yield UnderTest("test")
        return
    folder = Path(tempfile.mkdtemp(prefix="ph-"))
    server = _Server(folder)
    before = {name: os.environ.get(name) for name in server.environment}
    os.environ.update(server.environment)
    try:
        server.put_back()
        yield UnderTest("pyaudio:pulse", server)
    finally:
        server.pull()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        shutil.rmtree(folder, ignore_errors=True)
