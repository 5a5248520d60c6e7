# SPDX-License-Identifier: Apache-2.0
"""A window on a desktop, in a process of its own; its mouse is a finger."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Final

from phosphene.screens.changed_rows import ChangedRows
from phosphene.screens.errors import ScreenError
from phosphene.screens.protocol import Contact, DisplayFormat, Frame
from phosphene.screens.window_process import WindowProcess
from phosphene.screens.window_records import BLACK, ROWS, SHOW, UP

INSTALL: Final = "apt install python3-tk"


class WindowDisplay:
    """`width` and `height` are the painted picture's; each of its pixels becomes `zoom` by `zoom` of the desktop's, 0
    for as many as fit, at most four. Or it fills the screen. `on_contact` hears of the mouse, from a thread.

    Its process ends with this one, however that ends, so no picture outlives its painter.
    """

    name = "window"

    def __init__(
        self, width: int = 320, height: int = 240, *, zoom: int = 0, fullscreen: bool = False, turn: int = 0
    ) -> None:
        self.turn = turn
        self.on_contact: Callable[[Contact], None] | None = None
        if turn % 2:
            width, height = height, width
        self._wanted = {"width": width, "height": height, "zoom": zoom, "fullscreen": fullscreen}
        self._process: WindowProcess | None = None
        self._rows = ChangedRows()
        self._size = (1, 1)

    def open(self) -> DisplayFormat:
        self.close()
        if importlib.util.find_spec("_tkinter") is None:
            raise ScreenError(
                "Tk, which opens windows, is not installed", place=self.name, cure="apt install python3-tk"
            )
        process = WindowProcess(self.name, self._wanted, self._moved)
        self._size = process.format["width"], process.format["height"]
        self._process = process
        self._rows.forget()
        return DisplayFormat(*self._size, "24 bit")

    def show(self, frame: Frame, *, whole: bool = False) -> int:
        process = self._opened()
        if whole:
            self._rows.forget()
        sent = 0
        for first, end in self._rows.take(frame):
            sent += process.write(ROWS, first, end - first, frame[first:end].tobytes())
        if sent:
            process.write(SHOW)
            process.wait_until_shown()
        return sent

    def blank(self) -> None:
        process = self._opened()
        self._rows.forget()
        process.write(BLACK)
        process.write(SHOW)
        process.wait_until_shown()

    def check(self) -> None:
        self._opened().check()

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.close()

    def _moved(self, number: int, x: int, y: int, time_s: float) -> None:
        if self.on_contact is not None:
            width, height = self._size
            # The middle of the pixel that the mouse is on.
            self.on_contact(Contact((x + 0.5) / width, (y + 0.5) / height, number != UP, time_s))

    def _opened(self) -> WindowProcess:
        if self._process is None:
            raise ScreenError("the window is not open", place=self.name)
        return self._process
