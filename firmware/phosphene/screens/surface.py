# SPDX-License-Identifier: Apache-2.0
"""An open display, and where the painted picture lies on it."""

from __future__ import annotations

import numpy as np

from phosphene.screens.errors import ScreenTooSmall
from phosphene.screens.letterbox import Placement, place
from phosphene.screens.protocol import Display, DisplayFormat, Frame


class Surface:
    """Lays painted pictures onto a display; `placement` is None while none is on it. All that it raises is the
    display's own, or ScreenTooSmall.
    """

    def __init__(self, display: Display) -> None:
        self._display = display
        self.format: DisplayFormat = display.open()
        self.placement: Placement | None = None
        self._canvas: Frame = np.zeros((self.format.height, self.format.width, 3), np.uint8)
        # Also what another program left there goes.
        display.blank()

    def paint(self, frame: Frame, *, whole: bool) -> int:
        """Show a picture of any size and return the bytes that were sent for it. One that doesn't fit leaves the
        display black, and raises ScreenTooSmall.
        """
        size = (frame.shape[1], frame.shape[0])
        display = (self.format.width, self.format.height)
        try:
            where = place(size, display, self._display.turn, name=self._display.name)
        except ScreenTooSmall:
            self.darken()
            raise
        if where != self.placement:
            wide, high = display if self.format.width else where.size
            self._canvas = np.zeros((high, wide, 3), np.uint8)
        where.lay(frame, self._canvas)
        sent = self._display.show(self._canvas, whole=whole)
        self.placement = where
        return sent

    def darken(self) -> None:
        """Take the picture away."""
        self.placement = None
        self._display.blank()

    def locate(self, x: float, y: float, *, clamp: bool) -> tuple[int, int] | None:
        """Return the pixel of the picture at a place of the glass, as `Screen.locate` does."""
        placement = self.placement
        if placement is None:
            return None
        wide, high = (self.format.width, self.format.height) if self.format.width else placement.size
        return placement.to_picture(x * wide, y * high, clamp=clamp)
