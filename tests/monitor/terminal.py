# SPDX-License-Identifier: Apache-2.0
"""A terminal for the tests: a program runs on a pty, and what it shows is read off an emulated screen."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Sequence

import pyte

CTRL_C, CTRL_T, CTRL_RIGHT_BRACKET = "\x03", "\x14", "\x1d"
_WAIT_S = 20.0


class Terminal:
    """One program on one terminal. `wait` is how the tests follow it: nothing here depends on how fast it is."""

    def __init__(
        self, command: Sequence[str], environment: dict[str, str], *, columns: int = 100, lines: int = 24
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.near, far = pty.openpty()
        self.seen = b""
        """Every byte that the program wrote."""
        self._set_size(columns, lines)
        self.settings = termios.tcgetattr(far)
        environment = {key: value for key, value in environment.items() if key not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            command,
            stdin=far,
            stdout=far,
            stderr=far,
            env=environment | {"TERM": "xterm-256color"},
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 -- no thread of ours runs when a terminal is opened
        )
        self._far = far

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.near, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        """Drag the window's corner."""
        self._set_size(columns, lines)
        self.screen.resize(lines, columns)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def wait(self, what: str | Callable[[str], object]) -> str:
        """Return the screen's text once it holds `what`; fail, showing the screen, when it never does."""
        holds: Callable[[str], object] = (lambda text: what in text) if isinstance(what, str) else what
        until = time.monotonic() + _WAIT_S
        while True:
            text = self.text()
            if holds(text):
                return text
            assert time.monotonic() < until, f"{what!r} never came:\n{text}"
            self._read(0.1)

    def text(self) -> str:
        """Return what the screen shows now, without the spaces at the ends of lines."""
        self._read(0.0)
        return "\n".join(line.rstrip() for line in self.screen.display)

    def end(self) -> int:
        """Wait for the program's end; return its exit status."""
        until = time.monotonic() + _WAIT_S
        while self.process.poll() is None:
            assert time.monotonic() < until, f"it did not end:\n{self.text()}"
            self._read(0.1)
        self._read(0.0)
        return self.process.returncode

    def close(self) -> None:
        """End the program if it still runs, and the terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.near)
        os.close(self._far)

    def settings_now(self) -> list[int | list[bytes | int]]:
        """Return the terminal's settings, to see that the program put them back."""
        return termios.tcgetattr(self._far)

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.near, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def _read(self, timeout: float) -> None:
        while select.select([self.near], [], [], timeout)[0]:
            data = os.read(self.near, 65536)
            self.seen += data
            # The program asks where the cursor is; a terminal answers.
            if b"\x1b[6n" in data:
                os.write(self.near, f"\x1b[{self.screen.cursor.y + 1};{self.screen.cursor.x + 1}R".encode())
            self._stream.feed(data)
            timeout = 0.0


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
