# SPDX-License-Identifier: Apache-2.0
"""Shows the newest picture on a display, in a thread of its own, and never an old one that looks alive."""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

import numpy as np

from phosphene.errors import PhospheneError
from phosphene.screens.errors import ScreenClosed, ScreenTooSmall
from phosphene.screens.protocol import Display, Frame, ScreenEvent, Trouble
from phosphene.screens.status import ScreenStatus
from phosphene.screens.surface import Surface
from phosphene.screens.troubles import Troubles
from phosphene.screens.wanted import BLACK, Wanted

Result = TypeVar("Result")

STALE_S: Final = 2.0
RETRY_S: Final = 2.0
_CHECK_S: Final = 0.5
# What a console wrote into the same memory, or a wire garbled, is mended after so long.
_WHOLE_S: Final = 10.0
_STALLED_S: Final = 5.0
_NOTHING_YET: Final = object()


class Screen:
    """Owns a display. `show` takes a picture and returns at once.

    Call `show` on every tick, also with the same picture: it says that the picture is of now. When nobody has said so
    for `stale_s` seconds, the display goes black, and shows again with the next call; None leaves that to the caller.
    A display that is gone is opened again every two seconds. Events go to `tell` as they happen, from any thread: it
    must be quick and not raise. When the program ends by itself, the display goes black.
    """

    def __init__(
        self,
        display: Display,
        tell: Callable[[ScreenEvent], None] | None = None,
        *,
        stale_s: float | None = STALE_S,
    ) -> None:
        self.display = display
        self._troubles = Troubles(display.name, tell)
        self._wanted = Wanted(stale_s)
        self._thread = threading.Thread(target=self._run, name=f"{display.name} screen", daemon=True)
        self._stopping = self._ended = False
        self._surface: Surface | None = None
        # What was last wanted of the display, whether or not it could.
        self._settled: object = _NOTHING_YET
        self._shown = self._sent = 0
        self._last_ms = self._shown_s = self._whole_s = 0.0
        self._busy_s: float | None = None

    def start(self) -> None:
        """Begin; what comes of it is told by events and `status`."""
        self._thread.start()
        atexit.register(self.stop)

    def show(self, frame: Frame) -> None:
        """Show a picture, uint8 [height, width, 3] in sRGB, of any size; the newest one wins. It isn't waited for. An
        array that may still be written is copied. Raises ValueError for another kind of array.
        """
        if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8 or not frame.size:
            raise ValueError(f"a frame is uint8 [height, width, 3], not {frame.dtype} {list(frame.shape)}")
        self._wanted.say(frame.copy() if frame.flags.writeable else frame)
        self._look_for_stall()

    def blank(self) -> None:
        """Make the display black until the next `show`; not waited for."""
        self._wanted.say(BLACK)

    def stop(self, patience_s: float = 3.0) -> bool:
        """Make the display black and give it back. Return False when the driver hangs and was left to itself."""
        atexit.unregister(self.stop)
        self._stopping = True
        self._wanted.stop()
        if self._thread.ident is None:
            return True
        self._thread.join(patience_s / 2)
        if self._thread.is_alive():
            self._close()
            self._thread.join(patience_s / 2)
        return not self._thread.is_alive()

    @property
    def ended(self) -> bool:
        """Whether nothing will be shown any more: a person closed it, or `stop`."""
        return self._ended or self._stopping

    def locate(self, x: float, y: float, *, clamp: bool = False) -> tuple[int, int] | None:
        """Return the pixel of the painted picture at a place on the glass, given as 0 … 1 from its left and its top:
        None beside the picture (the nearest pixel when `clamp`), and while no picture is on it.
        """
        surface = self._surface
        return None if surface is None else surface.locate(x, y, clamp=clamp)

    def status(self) -> ScreenStatus:
        """Return how the screen does now."""
        self._look_for_stall()
        surface = self._surface
        return ScreenStatus(
            name=self.display.name,
            format=surface and surface.format,
            placement=surface and surface.placement,
            shown=self._shown,
            skipped=self._wanted.skipped,
            sent_bytes=self._sent,
            last_ms=self._last_ms,
            age_s=time.monotonic() - self._shown_s if self._shown else None,
            troubles=self._troubles.now,
            text=self._troubles.text,
        )

    def _run(self) -> None:
        while not self.ended:
            try:
                self._surface = surface = self._driven(lambda: Surface(self.display))
                self._settled = _NOTHING_YET
                self._troubles.over(Trouble.GONE)
                while not self._stopping:
                    self._step(surface)
                self._driven(surface.darken)
            except ScreenClosed as error:
                self._ended = True
                self._troubles.set(Trouble.ENDED, str(error))
            except PhospheneError as error:
                self._gone(str(error))
            # A driver may raise what it likes; the display is gone then, not the device that it's part of.
            except Exception as error:
                self._gone(f"the driver failed: {type(error).__name__}: {error}")
            self._close()
            if not self._ended:
                self._wanted.pause(RETRY_S)

    def _step(self, surface: Surface) -> None:
        """Wait until something else is wanted, at most until the next look at the display, and show it."""
        frame = self._wanted.other_than(self._settled, _CHECK_S)
        if self._stopping:
            return
        if frame is not None:
            self._paint(surface, frame)
        elif self._settled is not BLACK:
            self._driven(surface.darken)
            if self._wanted.stale:
                self._troubles.set(Trouble.STALE, "nobody says that its picture is of now: it is black until then")
        self._settled = frame
        self._driven(self.display.check)

    def _paint(self, surface: Surface, frame: Frame) -> None:
        began = time.monotonic()
        whole = began - self._whole_s > _WHOLE_S
        is_new = frame is not self._settled
        if not is_new and not (whole and surface.placement):
            return
        try:
            self._sent += self._driven(lambda: surface.paint(frame, whole=whole))
        except ScreenTooSmall as error:
            self._troubles.set(Trouble.UNFIT, str(error))
            return
        self._shown_s = time.monotonic()
        self._last_ms = 1000 * (self._shown_s - began)
        self._shown += is_new
        self._whole_s = began if whole else self._whole_s
        self._troubles.over(Trouble.UNFIT, Trouble.STALE)

    def _gone(self, text: str) -> None:
        if not self._stopping:
            self._troubles.set(Trouble.GONE, text)

    def _close(self) -> None:
        self._surface = None
        # It is given up; what fails now has failed before.
        with contextlib.suppress(Exception):
            self.display.close()

    def _driven(self, call: Callable[[], Result]) -> Result:
        """Call the driver, which may hang."""
        self._busy_s = time.monotonic()
        try:
            return call()
        finally:
            self._busy_s = None
            self._troubles.over(Trouble.STALLED)

    def _look_for_stall(self) -> None:
        since = self._busy_s
        if since is not None and time.monotonic() - since > _STALLED_S:
            self._troubles.set(Trouble.STALLED, "its driver doesn't return: see its cable")
