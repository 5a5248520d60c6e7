# SPDX-License-Identifier: Apache-2.0
"""A Linux framebuffer, /dev/fb0: HDMI and DSI screens without a desktop, and SPI panels that have a kernel driver."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Final

import numpy as np

from phosphene.screens.changed_rows import ChangedRows
from phosphene.screens.errors import ScreenError
from phosphene.screens.framebuffer_mode import Mode, ask, pack
from phosphene.screens.protocol import DisplayFormat, Frame

_PATIENCE_S: Final = 1.0


class Framebuffer:
    """Writes the rows that changed with pwrite().

    Not through a mapping: when an adapter is unplugged, touching mapped pixels kills the process by a signal, while a
    write fails with an error. It also tells drivers of slow panels which rows to send on.
    """

    def __init__(self, path: str = "/dev/fb0", *, turn: int = 0) -> None:
        self.name = path
        self.turn = turn
        # Who holds it may use the number of the open file: once closed, it may be another file's.
        self._lock = threading.Lock()
        self._fd: int | None = None
        self._mode: Mode | None = None
        self._rows = ChangedRows()

    def open(self) -> DisplayFormat:
        self.close()
        with self._lock:
            fd = self._open()
            try:
                mode = ask(fd, self.name)
            except ScreenError:
                os.close(fd)
                raise
            self._fd, self._mode = fd, mode
            self._rows.forget()
        return DisplayFormat(mode.width, mode.height, f"{mode.bits} bit, {mode.driver}", mode.width_mm)

    def show(self, frame: Frame, *, whole: bool = False) -> int:
        with self._lock:
            fd, mode = self._opened()
            if whole:
                self._rows.forget()
            try:
                return sum(self._send(fd, mode, frame, *band) for band in self._rows.take(frame))
            except OSError as error:
                self._rows.forget()
                raise ScreenError(
                    f"writing to it failed: {error.strerror}", place=self.name, cure="see its cable"
                ) from error

    def blank(self) -> None:
        _, mode = self._opened()
        self.show(np.zeros((mode.height, mode.width, 3), np.uint8), whole=True)

    def check(self) -> None:
        with self._lock:
            fd, mode = self._opened()
            if ask(fd, self.name) != mode:
                raise ScreenError("another program changed its mode", place=self.name)

    def close(self) -> None:
        if not self._lock.acquire(timeout=_PATIENCE_S):
            return  # a write hangs in the driver: the kernel closes it with the process
        fd, self._fd = self._fd, None
        self._lock.release()
        if fd is not None:
            os.close(fd)

    def _open(self) -> int:
        try:
            return os.open(self.name, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            there = ", ".join(framebuffers()) or "none"
            raise ScreenError(
                "there is no such framebuffer", place=self.name, cure=f"plug it in; those that are there: {there}"
            ) from None
        except PermissionError:
            raise ScreenError(
                "you may not write this framebuffer",
                place=self.name,
                cure="sudo usermod -aG video $USER, then log in again",
            ) from None
        except OSError as error:
            raise ScreenError(f"it can't be opened: {error.strerror}", place=self.name) from error

    def _opened(self) -> tuple[int, Mode]:
        if self._fd is None or self._mode is None:
            raise ScreenError("the framebuffer is not open", place=self.name)
        return self._fd, self._mode

    @staticmethod
    def _send(fd: int, mode: Mode, frame: Frame, first: int, end: int) -> int:
        # Up to the last visible byte: behind it may lie the end of the memory.
        size = (end - first - 1) * mode.stride + mode.row_bytes
        left = memoryview(pack(frame[first:end], mode).data).cast("B")[:size]
        where = mode.begin + first * mode.stride
        while left:
            done = os.pwrite(fd, left, where)
            if not done:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            left, where = left[done:], where + done
        return size


def framebuffers() -> list[str]:
    """Return the paths of this computer's framebuffers, in the order of their numbers."""
    return [str(path) for path in sorted(Path("/dev").glob("fb[0-9]*"), key=lambda path: int(path.name[2:]))]
