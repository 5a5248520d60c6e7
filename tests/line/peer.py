# SPDX-License-Identifier: Apache-2.0
"""A model firmware behind a real pseudo terminal, whose cable can be pulled."""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.line.model_firmware import ModelFirmware, World


class PtyPeer:
    """`port` is a symbolic link to the terminal of the moment, as udev would make it."""

    def __init__(self, folder: Path, **keywords: int) -> None:
        self.port = str(folder / "board")
        self.model = ModelFirmware(World(), **keywords)
        self.deaf = False
        self._fds: tuple[int, int] | None = None
        self._waiting = bytearray()

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self.plug()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.unplug()

    def plug(self) -> None:
        master, slave = pty.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        Path(self.port).unlink(missing_ok=True)
        Path(self.port).symlink_to(os.ttyname(slave))
        self._fds = (master, slave)
        self._loop.add_reader(master, self._readable)

    def unplug(self) -> None:
        if self._fds is not None:
            self._loop.remove_reader(self._fds[0])
            self._loop.remove_writer(self._fds[0])
            for fd in self._fds:
                os.close(fd)
            self._fds = None
            self._waiting.clear()
        Path(self.port).unlink(missing_ok=True)

    def reset(self) -> None:
        self.model.reset(self._loop.time() - self._began)
        self.flush()

    def flush(self) -> None:
        """Send what the model wants to send."""
        self._waiting += self.model.sent
        self.model.sent.clear()
        if self._fds is not None and self._waiting:
            with suppress(BlockingIOError):
                del self._waiting[: os.write(self._fds[0], self._waiting)]
            if self._waiting:
                self._loop.add_writer(self._fds[0], self.flush)
            else:
                self._loop.remove_writer(self._fds[0])

    def stop_reading(self) -> None:
        """Leave everything in the terminal's buffer, as a board that stands still."""
        assert self._fds is not None
        self._loop.remove_reader(self._fds[0])

    def read_again(self) -> None:
        assert self._fds is not None
        self._loop.add_reader(self._fds[0], self._readable)

    def _readable(self) -> None:
        assert self._fds is not None
        try:
            data = os.read(self._fds[0], 4096)
        except OSError:
            return
        if not self.deaf:
            self.model.receive(data, self._loop.time() - self._began)
            self.flush()
