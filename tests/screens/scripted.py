# SPDX-License-Identifier: Apache-2.0
"""A display that keeps what it is shown, and fails when it is told to."""

from __future__ import annotations

import threading

import numpy as np

from phosphene.screens.errors import ScreenError
from phosphene.screens.protocol import DisplayFormat, Frame


class Scripted:
    """Of `width` by `height` pixels. `glass` is what it shows, None while closed."""

    name = "scripted"
    turn = 0

    def __init__(self, width: int = 8, height: int = 6) -> None:
        self.form = DisplayFormat(width, height, "24 bit")
        self.glass: Frame | None = None
        self.seen: list[Frame] = []
        self.whole = 0
        self.opened = 0
        self.error: Exception | None = None
        self.may_go = threading.Event()
        self.may_go.set()
        self.stuck = False

    def open(self) -> DisplayFormat:
        self.opened += 1
        self._work()
        self.glass = np.full((self.form.height, self.form.width, 3), 77, np.uint8)
        return self.form

    def show(self, frame: Frame, *, whole: bool = False) -> int:
        self._work()
        assert self.glass is not None
        assert frame.shape == self.glass.shape
        self.glass = frame.copy()
        self.seen.append(self.glass)
        self.whole += whole
        return frame.nbytes

    def blank(self) -> None:
        self._work()
        assert self.glass is not None
        self.glass = np.zeros_like(self.glass)

    def check(self) -> None:
        self._work()

    def close(self) -> None:
        # What is on the glass stays there.
        self.may_go.set()

    @property
    def black(self) -> bool:
        return self.glass is not None and not self.glass.any()

    def _work(self) -> None:
        self.stuck = not self.may_go.is_set()
        self.may_go.wait(20)
        self.stuck = False
        if self.error is not None:
            raise self.error


def unplugged() -> ScreenError:
    return ScreenError("unplugged", place="scripted", cure="plug it in again")


def picture(number: int, width: int = 8, height: int = 6) -> Frame:
    """Return a picture of noise, the same for the same number, read-only as the painter's are."""
    frame = np.random.default_rng(number).integers(1, 256, (height, width, 3), np.uint8)
    frame.flags.writeable = False
    return frame
