# SPDX-License-Identifier: Apache-2.0
"""A desktop that nobody sees: Xvfb, which keeps its pixels in a file, and xdotool for its mouse."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.sensors.waiting import until

WIDTH, HIGH = 700, 520


class Desktop:
    """An X server of WIDTH by HIGH pixels without a window manager; its windows lie at its upper left corner."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: subprocess.Popen[bytes] | None = None
        self.display = ""

    def start(self) -> None:
        """Start the server; after `stop` under the same number."""
        self._folder.mkdir(exist_ok=True)
        read, write = os.pipe()
        chosen = [self.display] if self.display else []
        told = [] if self.display else ["-displayfd", str(write)]
        self._server = subprocess.Popen(
            ["Xvfb", *chosen, *told, "-screen", "0", f"{WIDTH}x{HIGH}x24", "-fbdir", self._folder, "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read, "rb") as number:
            # Its end is the server's, when it told its number before.
            self.display = self.display or f":{int(number.readline())}"
        until(lambda: self.dump.is_file() and self.dump.stat().st_size > WIDTH * HIGH * 4)

    def stop(self) -> None:
        """Kill the server."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self.dump.unlink(missing_ok=True)

    @property
    def dump(self) -> Path:
        """The file of its pixels."""
        return self._folder / "Xvfb_screen0"

    def pixels(self) -> NDArray[np.uint8]:
        """Return what its screen shows: uint8 [HIGH, WIDTH, 3], RGB. The file is in XWD format, version 7."""
        data = self.dump.read_bytes()
        header = np.frombuffer(data[:100], ">u4")
        begin = int(header[0]) + 12 * int(header[19])
        stride = int(header[12])
        rows = np.frombuffer(data[begin : begin + stride * HIGH], np.uint8).reshape(HIGH, stride)
        return rows[:, : WIDTH * 4].reshape(HIGH, WIDTH, 4)[:, :, 2::-1]

    def mouse(self, *words: str | int) -> None:
        """Run xdotool."""
        subprocess.run(
            ["xdotool", *map(str, words)], env=os.environ | {"DISPLAY": self.display}, check=True, timeout=20
        )

    def close_window(self, name: str) -> None:
        """Ask the window of that name to close, as the button of a window manager does (ICCCM, 4.2.8.1)."""
        found = subprocess.run(
            ["xdotool", "search", "--name", f"^{name}$"],
            env=os.environ | {"DISPLAY": self.display},
            check=True,
            timeout=20,
            capture_output=True,
        )
        window = int(found.stdout.split()[-1])
        x11 = ctypes.CDLL(ctypes.util.find_library("X11"))
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XInternAtom.restype = ctypes.c_ulong
        server = ctypes.c_void_p(x11.XOpenDisplay(self.display.encode()))
        protocols, delete = (x11.XInternAtom(server, atom, 0) for atom in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
        message = ClientMessage(type=33, window=window, message_type=protocols, format=32)
        message.data[0] = delete
        x11.XSendEvent(server, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
        x11.XCloseDisplay(server)


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent of Xlib.h, as long as an XEvent."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 12),
    ]


@contextmanager
def desktop(monkeypatch: pytest.MonkeyPatch) -> Generator[Desktop]:
    """Yield a desktop that DISPLAY points to, or skip the test, saying what is missing."""
    for program, package in (("Xvfb", "xvfb"), ("xdotool", "xdotool")):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: apt install {package}")
    pytest.importorskip("tkinter", reason="Tk is not installed: apt install python3-tk")
    with tempfile.TemporaryDirectory() as folder:
        there = Desktop(Path(folder))
        try:
            there.start()
            monkeypatch.setenv("DISPLAY", there.display)
            monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
            yield there
        finally:
            there.stop()
