# SPDX-License-Identifier: Apache-2.0
"""The process that owns a window: Tk wants a thread of its own, some systems the program's first one.

It is fed through standard input, and answers through standard output; see `window_records.py`. The end of its input
closes the window, so that none outlives the program that drives it.
"""

from __future__ import annotations

import json
import os
import sys
import time
import tkinter
from tkinter import TclError
from typing import Any, Final

from phosphene.screens.window_records import BLACK, CLOSED, DOWN, HEADER, MOVE, ROWS, SHOWN, UP
from phosphene.sensors.worker_records import BLOCK, fail, send, take_output, tell

# The window's share of the desktop, where it chooses its own size.
_SHARE: Final = 0.8
_MOST_ZOOM: Final = 4
_READ_BYTES: Final = 1 << 20


class Window:
    """One window with one picture in it."""

    def __init__(self, out: Any, wanted: dict[str, Any]) -> None:
        self._out = out
        self._came = bytearray()
        self._closed = False
        self._root = root = tkinter.Tk(className="phosphene")
        root.title("Phosphene")
        root.configure(background="black")
        if wanted["fullscreen"]:
            self._width, self._height = root.winfo_screenwidth(), root.winfo_screenheight()
            root.attributes("-fullscreen", True)
            # The same for a bare X server without a window manager; a kiosk has no arrow.
            root.geometry(f"{self._width}x{self._height}+0+0")
            root.configure(cursor="none")
        else:
            zoom = wanted["zoom"] or self._usual_zoom(wanted["width"], wanted["height"])
            self._width, self._height = wanted["width"] * zoom, wanted["height"] * zoom
            root.resizable(False, False)
        self._photo = tkinter.PhotoImage(width=self._width, height=self._height)
        self._label = tkinter.Label(root, image=self._photo, borderwidth=0, background="black")
        self._label.pack()
        root.protocol("WM_DELETE_WINDOW", self._close)
        for event, number in (("<ButtonPress-1>", DOWN), ("<B1-Motion>", MOVE), ("<ButtonRelease-1>", UP)):
            self._label.bind(event, lambda at, number=number: self._touched(number, at.x, at.y))
        self._black()
        root.update()
        tell(out, width=self._width, height=self._height)
        root.tk.createfilehandler(0, tkinter.READABLE, self._readable)

    def run(self) -> int:
        """Show what comes until the end of it, or until a person closes the window; return the exit status."""
        self._root.mainloop()
        if self._closed:
            return fail(self._out, CLOSED, "")
        return 0

    def _usual_zoom(self, width: int, height: int) -> int:
        wide, high = self._root.winfo_screenwidth() * _SHARE, self._root.winfo_screenheight() * _SHARE
        return max(1, min(int(wide // width), int(high // height), _MOST_ZOOM))

    def _readable(self, *_: object) -> None:
        data = os.read(0, _READ_BYTES)
        if not data:
            self._root.quit()
            return
        self._came += data
        while len(self._came) >= HEADER.size:
            what, top, rows, size = HEADER.unpack_from(self._came)
            if len(self._came) < HEADER.size + size:
                return
            pixels = bytes(memoryview(self._came)[HEADER.size : HEADER.size + size])
            del self._came[: HEADER.size + size]
            if what == ROWS:
                self._photo.put(b"P6 %d %d 255\n" % (self._width, rows) + pixels, to=(0, top))
            elif what == BLACK:
                self._black()
            else:
                self._root.update_idletasks()
                self._send(SHOWN, 0, 0)

    def _black(self) -> None:
        self._photo.put("#000000", to=(0, 0, self._width, self._height))

    def _touched(self, number: int, x: int, y: int) -> None:
        # Dragged out of the window, the mouse is at its edge.
        self._send(number, min(max(x, 0), self._width - 1), min(max(y, 0), self._height - 1))

    def _send(self, number: int, x: int, y: int) -> None:
        try:
            send(self._out, BLOCK, b"", number=number, time_s=time.monotonic(), figures=(x, y))
        except OSError:
            self._root.quit()

    def _close(self) -> None:
        self._closed = True
        self._root.quit()


def main() -> int:
    """Run the window that the first argument describes as JSON."""
    out = take_output()
    try:
        window = Window(out, json.loads(sys.argv[1]))
    except TclError as error:
        return fail(out, f"no window can be opened: {error}", "run it on a desktop, or set DISPLAY")
    return window.run()


if __name__ == "__main__":
    sys.exit(main())
