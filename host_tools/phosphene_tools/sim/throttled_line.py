# SPDX-License-Identifier: Apache-2.0
"""A line through a pump process: a UART at its baud rate, or unthrottled where the firmware can't hold the port."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any

from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.line import FirmwareEnd
from phosphene_tools.sim.pseudo_terminal import PseudoTerminal

_PUMP = Path(__file__).with_name("uart_pump.py")
_RECEIVE_SOCKET_BYTES = 1 << 19
# What a firmware can write ahead of the wire: the kernel's least, some hundreds of bytes up to four thousand.
_TRANSMIT_SOCKET_BYTES = 2048


class ThrottledLine:
    """`baud` None: as fast as the pump goes, and nothing is lost."""

    def __init__(self, baud: int | None) -> None:
        self._baud = baud
        self._terminal: PseudoTerminal | None = PseudoTerminal()
        self._ours, self._firmware = socket.socketpair()
        self._ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _RECEIVE_SOCKET_BYTES)
        self._firmware.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _TRANSMIT_SOCKET_BYTES)
        self._firmware.setblocking(False)
        self._inject, self._injected = socket.socketpair()  # this line is never exchanged
        self._control: socket.socket | None = None
        self._pump: subprocess.Popen[bytes] | None = None
        self._loop = asyncio.get_running_loop()
        self._answers: deque[asyncio.Future[dict[str, int]]] = deque()
        self._received = b""

    @property
    def port(self) -> str:
        """The device path, or empty while the cable is pulled."""
        return self._terminal.path if self._terminal else ""

    async def open(self) -> None:
        """Start the pump."""
        assert self._terminal is not None
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)
        fds = [self._terminal.near, self._ours.fileno(), self._firmware.fileno(), theirs.fileno()]
        settings = json.dumps({"baud": self._baud})
        command = [sys.executable, "-I", "-S", str(_PUMP), *map(str, fds), settings]
        with theirs:
            self._pump = subprocess.Popen(  # noqa: ASYNC220 -- takes a millisecond
                command, pass_fds=fds, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
        self._loop.add_reader(self._control.fileno(), self._receive)
        await self._ask({})

    async def attach(self) -> FirmwareEnd:
        """Return the ends for a new firmware process."""
        await self._ask({"reset": True})
        return FirmwareEnd(self._firmware.fileno(), self._injected.fileno())

    def opened(self, rxbuf: int, *, rts: bool) -> None:
        """Take what the firmware set."""
        self._send({"rxbuf": rxbuf, "rts": rts})

    async def pull(self) -> None:
        """Take the pseudo-terminal away from the host; the firmware's bits go nowhere."""
        if self._terminal is not None:
            await self._ask({"plugged": False})
            self._terminal.close()
            self._terminal = None

    async def plug(self) -> None:
        """Give the host a new pseudo-terminal."""
        if self._terminal is None:
            terminal = PseudoTerminal()
            await self._ask({"plugged": True}, [terminal.near])
            self._terminal = terminal

    def blackout(self, *, begins: bool) -> None:
        """From now on only the hardware's FIFO takes bytes, or the firmware does again."""
        self._send({"blackout": begins})

    def disturb(self, to_board: bytes, to_host: bytes) -> None:
        """Noise, where there is a cable."""
        if self._terminal is not None:
            self._terminal.disturb(to_board, to_host)

    async def statistics(self) -> dict[str, int]:
        """Return bytes moved each way, and bytes lost: by the firmware's receiver, and by a host that doesn't read."""
        return await self._ask({})

    async def close(self) -> None:
        """End the pump and hang up."""
        if self._control is not None:
            self._loop.remove_reader(self._control.fileno())
            self._control.close()
            self._control = None
        for answer in self._answers:
            answer.cancel()
        if self._pump is not None:
            pump, self._pump = self._pump, None
            await asyncio.to_thread(pump.wait)
        for end in (self._ours, self._firmware, self._inject, self._injected):
            end.close()
        if self._terminal is not None:
            self._terminal.close()
            self._terminal = None

    async def _ask(self, command: dict[str, Any], fds: list[int] | None = None) -> dict[str, int]:
        return await self._send(command, fds)

    def _send(self, command: dict[str, Any], fds: list[int] | None = None) -> asyncio.Future[dict[str, int]]:
        answer: asyncio.Future[dict[str, int]] = self._loop.create_future()
        if self._control is None:
            answer.cancel()
            return answer
        self._answers.append(answer)
        try:
            socket.send_fds(self._control, [json.dumps(command).encode() + b"\n"], fds or [])
        except OSError:
            self._lost()
        return answer

    def _receive(self) -> None:
        assert self._control is not None
        data = b""
        with suppress(OSError):
            data = os.read(self._control.fileno(), 65536)
        if not data:
            self._loop.remove_reader(self._control.fileno())
            self._lost()
            return
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            answer = self._answers.popleft()
            if not answer.done():
                answer.set_result(json.loads(line))

    def _lost(self) -> None:
        error = SimError("the process that carries the line is gone", place="simulated board", cure="start it again")
        while self._answers:
            answer = self._answers.popleft()
            if not answer.done():
                answer.set_exception(error)
                answer.exception()  # perhaps nobody waits for it
