# SPDX-License-Identifier: Apache-2.0
"""The terminal as bytes: every key, Ctrl-C too, comes through as it is, and nothing is echoed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
import tty
from typing import Self

LEAVE = b"\x1d"
"""Ctrl-]; also what is read when the terminal goes away or the process is to end, so that the board is not left
in maintenance."""
_ENDS = (signal.SIGHUP, signal.SIGTERM)


class RawTerminal:
    """Raw mode for the length of a `with`. `keys` are file descriptors of a terminal; made in the event loop."""

    def __init__(self, keys: int | None = None, screen: int | None = None) -> None:
        self._keys = sys.stdin.fileno() if keys is None else keys
        self._screen = sys.stdout.fileno() if screen is None else screen
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._saved: list[int | list[bytes | int]] = []

    def __enter__(self) -> Self:
        self._saved = termios.tcgetattr(self._keys)
        tty.setraw(self._keys)
        self._loop.add_reader(self._keys, self._on_keys)
        for number in _ENDS:
            self._loop.add_signal_handler(number, self._queue.put_nowait, LEAVE)
        return self

    def __exit__(self, *_: object) -> None:
        for number in _ENDS:
            self._loop.remove_signal_handler(number)
        self._loop.remove_reader(self._keys)
        termios.tcsetattr(self._keys, termios.TCSADRAIN, self._saved)

    async def key(self) -> bytes:
        """Return the next bytes that were typed: a key, or a few at once when they were pasted."""
        return await self._queue.get()

    def write(self, data: bytes) -> None:
        """Show bytes as they are; they may hold escape sequences, which is what a REPL sends."""
        while data:
            data = data[os.write(self._screen, data) :]

    def _on_keys(self) -> None:
        try:
            data = os.read(self._keys, 4096)
        except OSError:
            data = b""
        if data:
            self._queue.put_nowait(data)
        else:
            # The terminal hung up: whoever waits for a key leaves.
            self._loop.remove_reader(self._keys)
            self._queue.put_nowait(LEAVE)
