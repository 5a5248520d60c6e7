# SPDX-License-Identifier: Apache-2.0
"""The maintenance REPL's port: one device path that stays, whichever boot of the firmware is behind it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from contextlib import suppress
from pathlib import Path

from phosphene_tools.sim.pseudo_terminal import PseudoTerminal, runs_a_program

_ENTER_RAW, _INTERRUPT = b"\x01", b"\x03"
_KEPT = 8192
_READS = 16


class ReplBridge:
    """Copies between the port that a person opens and the console of the firmware process."""

    def __init__(self) -> None:
        self._port = PseudoTerminal()
        self._console: PseudoTerminal | None = None
        self._pid = 0
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._port.near, self._from_person)
        self._tail = b""
        self._raw = False  # a program talks to the raw REPL
        self._after_return = False

    @property
    def path(self) -> str:
        """The device path of the REPL."""
        return self._port.path

    @property
    def tail(self) -> str:
        """What the firmware printed last."""
        self._from_firmware()
        return self._tail.decode(errors="replace")

    def begin(self) -> int:
        """Make the console of the next firmware process; returns the file descriptor to hand over."""
        self._console = PseudoTerminal(raw=False)
        self._raw = False
        self._loop.add_reader(self._console.near, self._from_firmware)
        return self._console.far

    def runs(self, pid: int) -> None:
        """Tell who has the console."""
        self._pid = pid

    def end(self) -> None:
        """Take what the firmware printed last and close its console."""
        if self._console is not None:
            self._from_firmware()
            self._loop.remove_reader(self._console.near)
            self._console.close()
            self._console = None
        self._pid = 0

    def close(self) -> None:
        """Close both ends."""
        self.end()
        self._loop.remove_reader(self._port.near)
        self._port.close()

    def _from_person(self) -> None:
        try:
            data = os.read(self._port.near, 4096)
        except OSError:
            return
        if self._console is None:
            return  # nobody's there, as on a board in reset
        for control in re.findall(b"[\x01\x02]", data):
            self._raw = control == _ENTER_RAW
        for part in re.split(b"(\x03)", data):
            if part == _INTERRUPT:
                self._interrupt(self._console)
            elif part:
                _write(self._console.near, part)

    def _interrupt(self, console: PseudoTerminal) -> None:
        """Ctrl-C interrupts a program that runs, unless it switched that off; otherwise it is a key."""
        if runs_a_program(console.far) and _catches_interrupts(self._pid):
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGINT)
        else:
            _write(console.near, _INTERRUPT)

    def _from_firmware(self) -> None:
        if self._console is None:
            return
        with suppress(OSError):
            for _ in range(_READS):  # a firmware that prints without end must not hold the launcher
                data = os.read(self._console.near, 4096)
                self._tail = (self._tail + data)[-_KEPT:]
                _write(self._port.near, data if self._raw else self._with_returns(data))

    def _with_returns(self, data: bytes) -> bytes:
        """Put a carriage return before each line feed that has none, as a board's `print` does."""
        begins_amid = self._after_return and data.startswith(b"\n")
        self._after_return = data.endswith(b"\r")
        if begins_amid:
            return b"\n" + re.sub(b"(?<!\r)\n", b"\r\n", data[1:])
        return re.sub(b"(?<!\r)\n", b"\r\n", data)


def _write(fd: int, data: bytes) -> None:
    """Write what fits: a serial port waits for nobody."""
    with suppress(OSError):
        os.write(fd, data)


def _catches_interrupts(pid: int) -> bool:
    """Whether the process has a handler for SIGINT; True where that can't be told."""
    if not pid:
        return False
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return True
    caught = re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return caught is None or bool(int(caught[1], 16) >> 1 & 1)
