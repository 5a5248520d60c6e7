# SPDX-License-Identifier: Apache-2.0
"""A port that is a file descriptor: read and written straight from the event loop, for the least delay."""

from __future__ import annotations

import asyncio
import os
import termios
from collections.abc import Callable

from phosphene.line.transport import OnData, OnLost

_READ_MAX = 65536


def _wait_for_a_byte(fd: int) -> None:
    """Make a read of nothing an EAGAIN: pyserial leaves VMIN at 0, and then it looks like a hang-up."""
    attributes = termios.tcgetattr(fd)
    attributes[6][termios.VMIN] = 1
    termios.tcsetattr(fd, termios.TCSANOW, attributes)


class FdTransport:
    """A non-blocking descriptor of a serial device or a socket. `release` closes it."""

    def __init__(
        self, fd: int, release: Callable[[], None], name: str, seconds_per_byte: float, *, is_tty: bool
    ) -> None:
        os.set_blocking(fd, False)
        if is_tty:
            _wait_for_a_byte(fd)
        self.seconds_per_byte = seconds_per_byte
        self._fd = fd
        self._release = release
        self._name = name
        self._is_tty = is_tty
        self._loop = asyncio.get_running_loop()
        self._left = bytearray()
        self._on_lost: OnLost | None = None
        self._open = True

    def start(self, on_data: OnData, on_lost: OnLost) -> None:
        """See Transport."""
        fd = self._fd
        self._on_lost = on_lost

        def readable() -> None:
            try:
                data = os.read(fd, _READ_MAX)
            except BlockingIOError:
                return
            except OSError as error:
                self._fail(error.strerror)
                return
            if data:
                on_data(data)
            else:
                self._fail("the other end is gone")

        self._loop.add_reader(fd, readable)

    def write(self, data: bytes) -> None:
        """See Transport."""
        if not self._open:
            return
        if self._left:
            self._left += data
            return
        try:
            taken = os.write(self._fd, data)
        except BlockingIOError:
            taken = 0
        except OSError as error:
            self._loop.call_soon(self._fail, error.strerror)
            return
        if taken < len(data):
            self._left += data[taken:]
            self._loop.add_writer(self._fd, self._writable)

    def cut(self) -> None:
        """See Transport. What the system holds is dropped as well: at 115,200 baud that is a third of a second."""
        if not self._open:
            return
        if self._left:
            self._left.clear()
            self._loop.remove_writer(self._fd)
        if self._is_tty:
            try:
                termios.tcflush(self._fd, termios.TCOFLUSH)
            except termios.error as error:
                self._loop.call_soon(self._fail, str(error))

    @property
    def backlog(self) -> int:
        """See Transport."""
        return len(self._left)

    def close(self) -> None:
        """See Transport."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._fd)
            self._loop.remove_writer(self._fd)
            self._release()

    def _writable(self) -> None:
        try:
            del self._left[: os.write(self._fd, self._left)]
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(error.strerror)
            return
        if not self._left:
            self._loop.remove_writer(self._fd)

    def _fail(self, why: str | None) -> None:
        if self._open:
            self.close()
            assert self._on_lost is not None
            self._on_lost(f"{self._name} failed: {why or 'the port is gone'}")
