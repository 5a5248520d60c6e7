# SPDX-License-Identifier: Apache-2.0
"""Keeps a speech engine running: opens it in a thread of its own, and again when it failed, so that nobody waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from phosphene.sound.errors import SoundError
from phosphene.sound.events import Happening
from phosphene.sound.samples import Samples
from phosphene.sound.speech import Speaks

_START_S: Final = 1.0
_FIRST_BACKOFF_S: Final = 1.0
_LONGEST_BACKOFF_S: Final = 60.0


class Engine:
    """Owns `speaks`. `tell` gets SPEECHLESS with the reason once for each reason, and SPEAKS when it is ready."""

    def __init__(self, speaks: Speaks, tell: Callable[[Happening, str], None]) -> None:
        self._speaks = speaks
        self._tell = tell
        self._stopping = threading.Event()
        self._failed = threading.Event()
        self._ready = threading.Event()
        self._tried = threading.Event()
        self._text = "it is being started"
        self._thread = threading.Thread(target=self._keep, name="speech engine", daemon=True)

    @property
    def name(self) -> str:
        """Engine and version."""
        return self._speaks.name

    @property
    def text(self) -> str:
        """Why it can't speak now; empty when it can."""
        return self._text

    def start(self) -> None:
        """Begin to open it."""
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._stopping.set()
        self._failed.set()
        self._ready.clear()
        self._speaks.close()
        if self._thread.is_alive():
            self._thread.join(3.0)

    def say(self, text: str) -> Samples | None:
        """Return the sound of `text`, or None when there is none to be had; why is told. Only the first waits for the
        engine to be opened, a second at most: it may be the greeting.
        """
        self._tried.wait(_START_S)
        self._tried.set()
        if not self._ready.is_set():
            return None
        try:
            return self._speaks.say(text)
        except SoundError as error:
            self._lost(error)
            self._failed.set()
            return None

    def _keep(self) -> None:
        backoff_s = _FIRST_BACKOFF_S
        while not self._stopping.is_set():
            self._failed.clear()
            try:
                self._speaks.open()
            except SoundError as error:
                self._lost(error)
                self._stopping.wait(backoff_s)
                backoff_s = min(2 * backoff_s, _LONGEST_BACKOFF_S)
                continue
            backoff_s = _FIRST_BACKOFF_S
            self._text = ""
            self._ready.set()
            self._tried.set()
            self._tell(Happening.SPEAKS, self._speaks.name)
            self._failed.wait()
        self._speaks.close()

    def _lost(self, error: SoundError) -> None:
        self._ready.clear()
        self._tried.set()
        text = f"only chimes: {error}"
        if text != self._text and not self._stopping.is_set():
            self._text = text
            self._tell(Happening.SPEECHLESS, text)
