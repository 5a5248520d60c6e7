# SPDX-License-Identifier: Apache-2.0
"""The launcher's side of the nursery: starts, signals and outlives the firmware process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.interpreter import Interpreter

_NURSERY = Path(__file__).with_name("nursery.py")
_PLACE = "simulated board"
_KILL_AGAIN = 0.1


@dataclass(frozen=True)
class Launch:
    """What a firmware process begins with; the file descriptors stay the caller's to close."""

    arguments: list[str]
    environment: dict[str, str]
    directory: Path
    repl_fd: int
    line_fd: int
    hardware_in_fd: int
    hardware_out_fd: int
    inject_fd: int


class Process(Protocol):
    """What the boots need of whatever runs the firmware."""

    @property
    def failure(self) -> str:
        """Why it ended before the firmware ran, or empty."""
        ...

    def open(self) -> None:
        """Get ready. Raises SimError."""
        ...

    async def start(self, launch: Launch) -> int:
        """Start the firmware; returns its process id. Raises SimError."""
        ...

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it, if it runs."""
        ...

    async def kill(self) -> None:
        """End it; returns when it is gone."""
        ...

    async def close(self) -> None:
        """End it and all that started it."""
        ...


class FirmwareProcess:
    """At most one firmware process at a time, under a nursery of its own."""

    def __init__(self, interpreter: Interpreter, leavings: list[Path], ended: Callable[[int], None]) -> None:
        """`leavings` are removed by the nursery when this process dies without `close`; `ended` gets exit codes."""
        self._interpreter = interpreter
        self._leavings = leavings
        self._ended = ended
        self._control: socket.socket | None = None
        self._nursery: subprocess.Popen[bytes] | None = None
        self._loop = asyncio.get_running_loop()
        self._received = b""
        self._started: asyncio.Future[int] | None = None
        self._gone = asyncio.Event()
        self._gone.set()
        self._failure = ""
        self.pid = 0

    def open(self) -> None:
        """Start the nursery. Raises SimError."""
        ours, theirs = socket.socketpair()
        settings = {
            "library": str(self._interpreter.library) if self._interpreter.library else None,
            "leavings": [str(path) for path in self._leavings],
        }
        command = [sys.executable, "-I", "-S", str(_NURSERY), str(theirs.fileno()), json.dumps(settings)]
        with theirs:
            self._nursery = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        ours.setblocking(False)
        self._control = ours
        self._loop.add_reader(ours.fileno(), self._report)

    async def start(self, launch: Launch) -> int:
        """Start the firmware; returns its process id. Raises SimError."""
        request = {
            "arguments": launch.arguments,
            "environment": launch.environment,
            "directory": str(launch.directory),
        }
        fds = [launch.repl_fd, launch.line_fd, launch.hardware_in_fd, launch.hardware_out_fd, launch.inject_fd]
        self._failure = ""
        self._started = self._loop.create_future()
        self._gone.clear()
        try:
            socket.send_fds(self._open_control(), [json.dumps(request).encode() + b"\n"], fds)
        except OSError as error:
            self._gone.set()
            raise self._lost() from error
        return await self._started

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the firmware process, if there is one; it is on its way when this returns."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def kill(self) -> None:
        """End the firmware process; returns when it is gone."""
        while not self._gone.is_set():
            self.signal(signal.SIGKILL)  # not before we were told whom, when a start was broken off
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._gone.wait(), _KILL_AGAIN)

    async def close(self) -> None:
        """End firmware and nursery."""
        if self._control is not None:
            self._loop.remove_reader(self._control.fileno())
            with contextlib.suppress(OSError):
                self._control.send(b"null\n")  # dismissed: what is left is removed by us
            self._control.close()
            self._control = None
        self._finish()
        if self._nursery is not None:
            nursery, self._nursery = self._nursery, None
            await asyncio.to_thread(nursery.wait)

    @property
    def failure(self) -> str:
        """Why the process could not become the firmware, or empty."""
        return self._failure

    def _open_control(self) -> socket.socket:
        if self._control is None:
            raise self._lost()
        return self._control

    def _lost(self) -> SimError:
        return SimError("the process that starts the firmware is gone", place=_PLACE, cure="start the simulator again")

    def _finish(self) -> None:
        self._gone.set()
        self.pid = 0
        if self._started is not None and not self._started.done():
            self._started.set_exception(self._lost())
            self._started.exception()  # perhaps nobody waits any more

    def _report(self) -> None:
        try:
            data = self._open_control().recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._open_control().fileno())
            self._finish()
            self._ended(-signal.SIGKILL)
            return
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            self._handle(json.loads(line))

    def _handle(self, report: dict[str, int | str]) -> None:
        if "started" in report:
            self.pid = int(report["started"])
            if self._started is not None and not self._started.done():
                self._started.set_result(self.pid)
        elif "failed" in report:
            self._failure = str(report["failed"])
        elif "exit" in report:
            self.pid = 0
            self._gone.set()
            self._ended(int(report["code"]))
