# SPDX-License-Identifier: Apache-2.0
"""The line's cable: a device path for the host, a file descriptor for the firmware."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.pseudo_terminal import PseudoTerminal

_REPLUG_TIMEOUT = 5.0


@dataclass(frozen=True)
class FirmwareEnd:
    """What the firmware process gets: the line, and the socket over which another may take its place."""

    line_fd: int
    inject_fd: int


class Line(Protocol):
    """What the board needs of a line, throttled or not."""

    @property
    def port(self) -> str:
        """The device path, or empty while the cable is pulled."""
        ...

    async def open(self) -> None:
        """Make the port."""
        ...

    async def attach(self) -> FirmwareEnd:
        """Return the ends for a firmware process that is about to start; bytes on their way to the last are lost."""
        ...

    def opened(self, rxbuf: int, *, rts: bool) -> None:
        """Take what the firmware set: its receive buffer in bytes, and whether RTS tells of room in it."""
        ...

    async def pull(self) -> None:
        """Pull the cable: programs that have the port open read end-of-file."""
        ...

    async def plug(self) -> None:
        """Plug it in again, on a new device path."""
        ...

    def blackout(self, *, begins: bool) -> None:
        """The firmware stops, or begins again, to take bytes out of its receive FIFO."""
        ...

    def disturb(self, to_board: bytes, to_host: bytes) -> None:
        """Noise: these bytes arrive among what is sent."""
        ...

    async def statistics(self) -> dict[str, int]:
        """Return the counters."""
        ...

    async def close(self) -> None:
        """Release everything."""
        ...


class DirectLine:
    """Unthrottled, like USB: the firmware holds the pseudo-terminal itself, nothing stands between."""

    def __init__(self) -> None:
        self._terminal: PseudoTerminal | None = PseudoTerminal()
        self._inject: socket.socket | None = None
        self._handed: list[socket.socket] = []
        # What an unplugged firmware writes to and reads from: nothing comes, and soon nothing goes.
        self._nowhere, self._void = socket.socketpair()
        self._nowhere.setblocking(False)
        self._replugs = 0

    @property
    def port(self) -> str:
        """The device path, or empty while the cable is pulled."""
        return self._terminal.path if self._terminal else ""

    async def open(self) -> None:
        """Nothing is left to do."""

    async def attach(self) -> FirmwareEnd:
        """Return the ends for a new firmware process."""
        self._detach()
        self._inject, theirs = socket.socketpair()
        self._inject.setblocking(False)
        self._handed = [theirs]
        if self._terminal is not None:
            self._terminal.discard_input()
        return FirmwareEnd(self._line_fd(), theirs.fileno())

    def opened(self, rxbuf: int, *, rts: bool) -> None:
        """USB has flow control of its own."""

    async def pull(self) -> None:
        """Take the pseudo-terminal away from both ends."""
        if self._terminal is None:
            return
        terminal, self._terminal = self._terminal, None
        try:
            await self._replace()
        except SimError:
            self._terminal = terminal
            raise
        terminal.close()

    async def plug(self) -> None:
        """Give both ends a new pseudo-terminal."""
        if self._terminal is None:
            self._terminal = PseudoTerminal()
            await self._replace()
            self._replugs += 1

    def blackout(self, *, begins: bool) -> None:
        """USB flow control holds the host back; nothing is lost."""

    def disturb(self, to_board: bytes, to_host: bytes) -> None:
        """Noise, where there is a cable."""
        if self._terminal is not None:
            self._terminal.disturb(to_board, to_host)

    async def statistics(self) -> dict[str, int]:
        """Return the counters."""
        return {"replugs": self._replugs}

    async def close(self) -> None:
        """Hang up."""
        self._detach()
        if self._terminal is not None:
            self._terminal.close()
            self._terminal = None
        self._nowhere.close()
        self._void.close()

    def _line_fd(self) -> int:
        return self._terminal.near if self._terminal else self._nowhere.fileno()

    def _detach(self) -> None:
        for end in (self._inject, *self._handed):
            if end is not None:
                end.close()
        self._inject, self._handed = None, []

    async def _replace(self) -> None:
        """Put what the line is now in the place of the firmware's line."""
        if self._inject is None:
            return
        for end in self._handed:
            end.close()
        self._handed = []
        loop = asyncio.get_running_loop()
        try:
            socket.send_fds(self._inject, [b"+"], [self._line_fd()])
            await asyncio.wait_for(loop.sock_recv(self._inject, 1), _REPLUG_TIMEOUT)
        except (OSError, TimeoutError) as error:
            raise SimError(
                "the firmware process does not let go of the cable",
                place="simulated board",
                cure="thaw it, or reset it first",
            ) from error


def point(link: Path, target: str) -> None:
    """Make the symbolic link `link` lead to `target` from one moment to the next; empty removes it."""
    if not target:
        link.unlink(missing_ok=True)
        return
    new = link.with_name(link.name + ".new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(link)
