# SPDX-License-Identifier: Apache-2.0
"""A pseudo-terminal as a serial port: a raw pair of which programs open the far end by its path."""

from __future__ import annotations

import os
import termios
import tty
from contextlib import suppress

_DISCARDS = 64


class PseudoTerminal:
    """`near` is the end that we hold (non-blocking), `path` the device that other programs open.

    The far end stays open here too: else the near end would read errors while nobody is connected.
    """

    def __init__(self, *, raw: bool = True) -> None:
        self.near, self.far = os.openpty()
        self.path = os.ttyname(self.far)
        os.set_blocking(self.near, False)
        if raw:
            tty.setraw(self.far)
        else:
            _as_console(self.far)

    def discard_input(self) -> None:
        """Throw away what others wrote and nobody read yet."""
        with suppress(BlockingIOError):
            for _ in range(_DISCARDS):  # a host that never stops writing must not hold us for ever
                os.read(self.near, 65536)

    def disturb(self, to_near: bytes, to_far: bytes) -> None:
        """Let these bytes arrive at the ends, among what is sent; what finds no room is let go."""
        os.set_blocking(self.far, False)  # ours alone: programs have opened it for themselves
        for fd, data in ((self.far, to_near), (self.near, to_far)):
            with suppress(BlockingIOError):
                os.write(fd, data)

    def close(self) -> None:
        """Hang up: programs that have the far end open read end-of-file."""
        for fd in (self.near, self.far):
            with suppress(OSError):
                os.close(fd)


def _as_console(fd: int) -> None:
    """Raw, but marked with ISIG, which the interpreter takes away while it reads keys itself."""
    tty.setraw(fd)
    settings = termios.tcgetattr(fd)
    settings[3] |= termios.ISIG
    for key in (termios.VINTR, termios.VQUIT, termios.VSUSP):  # no key raises a signal by itself
        settings[6][key] = b"\0"
    termios.tcsetattr(fd, termios.TCSANOW, settings)


def runs_a_program(fd: int) -> bool:
    """Whether the interpreter on this console runs a program, rather than reading keys at its prompt."""
    return bool(termios.tcgetattr(fd)[3] & termios.ISIG)
