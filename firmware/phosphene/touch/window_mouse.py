# SPDX-License-Identifier: Apache-2.0
"""The mouse of a window as a finger."""

from __future__ import annotations

import contextlib
import queue

from phosphene.screens.protocol import Contact
from phosphene.screens.window import WindowDisplay


class WindowMouse:
    """Takes what a window hears of its mouse."""

    name = "window"

    def __init__(self, window: WindowDisplay) -> None:
        self._window = window
        self._heard: queue.SimpleQueue[Contact] = queue.SimpleQueue()

    def open(self) -> None:
        # The window comes and goes by itself.
        self._window.on_contact = self._heard.put

    def read(self, timeout_s: float) -> list[Contact]:
        contacts: list[Contact] = []
        with contextlib.suppress(queue.Empty):
            contacts.append(self._heard.get(timeout=timeout_s))
            while True:
                contacts.append(self._heard.get_nowait())
        return contacts

    def close(self) -> None:
        self._window.on_contact = None
