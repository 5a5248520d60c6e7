# SPDX-License-Identifier: Apache-2.0
"""What a picture shows about the camera that took it: covered, cut off, or stuck."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import Frame
from phosphene.sensors.protocol import CameraFormat, Trouble

# Every such step a pixel is looked at: 4,800 of 640 × 480.
_STEP: Final = 8
# 99 of 100 pixels are darker than this. A sensor's noise in a dark room reaches higher once its gain has risen.
_DARK: Final = 10
_BLACK_S: Final = 1.0
# Noise changes every picture of a real camera; one that repeats bit for bit this long delivers an old one.
_FROZEN_S: Final = 2.0
# The lowest sixteenth in one exact colour: what decoders and drivers leave where a picture was cut off.
_CUT_SHARE: Final = 16
# In a row; then it's no accident of transport but what the camera shows, such as a virtual one.
_MOST_CUT: Final = 15


class FrameInspector:
    """Looks at each picture of one camera. `live` cameras may freeze and tear; a file's pictures may stand still."""

    def __init__(self, form: CameraFormat, *, live: bool) -> None:
        self._format = form
        self._live = live
        self._dark_since: float | None = None
        self._same_since: float | None = None
        self._last: NDArray[np.uint8] | None = None
        self._had_band = True
        self._cut = 0

    def torn(self, frame: Frame) -> str:
        """Return how a picture is torn, so that nobody should see it; empty when it's whole."""
        height, width = frame.pixels.shape[:2]
        wanted = (self._format.width, self._format.height)
        if all(wanted) and (width, height) != wanted:
            return f"a picture of {width}×{height} came instead of {wanted[0]}×{wanted[1]}"
        if not self._live:
            return ""
        band = _ends_in_one_colour(frame.pixels)
        self._cut = self._cut + 1 if band and not self._had_band else 0
        if 0 < self._cut <= _MOST_CUT:
            return "a picture is cut off: its lower part is one flat colour"
        self._had_band = band
        return ""

    def look(self, frame: Frame) -> tuple[frozenset[Trouble], float]:
        """Return what is wrong now, out of BLACK and FROZEN, and the mean brightness, 0 … 1."""
        seen = frame.pixels[::_STEP, ::_STEP]
        dark = np.count_nonzero(seen > _DARK) < seen.size * 0.01
        self._dark_since = (frame.time_s if self._dark_since is None else self._dark_since) if dark else None
        same = self._live and not dark and self._last is not None and np.array_equal(self._last, frame.pixels)
        self._same_since = (frame.time_s if self._same_since is None else self._same_since) if same else None
        self._last = frame.pixels
        found: set[Trouble] = set()
        if self._dark_since is not None and frame.time_s - self._dark_since >= _BLACK_S:
            found.add(Trouble.BLACK)
        if self._same_since is not None and frame.time_s - self._same_since >= _FROZEN_S:
            found.add(Trouble.FROZEN)
        return frozenset(found), float(seen.mean()) / 255


def _ends_in_one_colour(pixels: NDArray[np.uint8]) -> bool:
    """Return whether the lowest part is one exact colour that noise and saturation don't give, and the top isn't."""
    band = pixels[-max(1, pixels.shape[0] // _CUT_SHARE) :]
    colour = band[-1, -1]
    if int(colour.max()) >= 250 or (band != colour).any():
        return False
    return bool((pixels[0] != colour).any())
