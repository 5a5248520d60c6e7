# SPDX-License-Identifier: Apache-2.0
"""Tells systemd that the loop turns, and goes on telling it for its watchdog. Silent where no systemd asked.

The words are those of sd_notify(3); they go over a socket that the environment names.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from typing import Final

from phosphene.loop.lease import Progress

_ALONE_S: Final = 5.0
"""Between words where nobody watches: it is asked all the same whether the loop turns, for READY."""
_FIRST_S: Final = 0.1


class Systemd:
    """Says READY when the loop has turned once, and then WATCHDOG while it turns: a loop that stands is not hidden."""

    def __init__(self, progress: Progress, environment: Mapping[str, str] = os.environ) -> None:
        self._progress = progress
        self._address = environment.get("NOTIFY_SOCKET", "")
        microseconds, process = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
        ours = not process or process == str(os.getpid())
        self._watched_s = int(microseconds) / 1e6 if ours and microseconds.isdigit() else 0.0

    async def run(self) -> None:
        """Tell until cancelled."""
        if not self._address:
            await asyncio.get_running_loop().create_future()
        before = self._progress.tick
        while self._progress.tick == before:
            await asyncio.sleep(_FIRST_S)
        self._say("READY=1\nSTATUS=the loop turns")
        while True:
            before = self._progress.tick
            # Twice within the watchdog's time would do; a third leaves room for a machine that is busy.
            await asyncio.sleep(self._watched_s / 3 or _ALONE_S)
            if self._progress.tick != before and self._watched_s:
                self._say("WATCHDOG=1")

    def _say(self, text: str) -> None:
        # A leading @ stands for the zero of an abstract address.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            try:
                out.connect(address)
                out.send(text.encode())
            except OSError:
                return  # systemd misses it, and does what it is there for
