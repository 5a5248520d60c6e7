# SPDX-License-Identifier: Apache-2.0
"""A test pattern in place of a camera: colour bars that move, with the picture's number drawn and coded."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.blocks import Frame
from phosphene.sensors.pace import Pace
from phosphene.sensors.protocol import CameraFormat

_COLOURS: Final = np.array(
    [(191, 191, 191), (191, 191, 0), (0, 191, 191), (0, 191, 0), (191, 0, 191), (191, 0, 0), (0, 0, 191), (32, 32, 32)],
    np.uint8,
)
_BITS: Final = 16
_STEP: Final = 4  # pixels that the bars move from picture to picture

# Digits of 3 × 5 dots, a row of three bits each.
_DIGITS: Final = ("75557", "26227", "71747", "71717", "55711", "74717", "74757", "71111", "75757", "75717")


def draw(number: int, width: int, height: int) -> NDArray[np.uint8]:
    """Return picture `number`, uint8 [height, width, 3]: the same for the same number, bit for bit."""
    bars = (np.arange(width) + number * _STEP) % width * len(_COLOURS) // width
    picture = np.repeat(_COLOURS[bars][None], height, axis=0)
    _write(picture, f"{number:06d}", max(1, height // 40))
    # The lowest sixteenth carries the number as black and white fields, highest bit first.
    fields = np.arange(width) * _BITS // width
    lit = (number >> (_BITS - 1 - fields)) & 1
    picture[height - max(1, height // 16) :] = (lit * 255).astype(np.uint8)[None, :, None]
    return picture


def read_number(pixels: NDArray[np.uint8]) -> int:
    """Return the lower 16 bits of the number in a picture that `draw` made, also after lossy coding."""
    height, width, _ = pixels.shape
    row = height - max(1, height // 16) // 2 - 1
    centres = (np.arange(_BITS) * 2 + 1) * width // (2 * _BITS)
    lit = pixels[row, centres].mean(axis=1) > 127
    return int(sum(1 << (_BITS - 1 - place) for place in range(_BITS) if lit[place]))


def _write(picture: NDArray[np.uint8], text: str, dot: int) -> None:
    glyphs = [[[int(row) >> (2 - column) & 1 for column in range(3)] for row in _DIGITS[int(c)]] for c in text]
    dots = np.concatenate([np.pad(np.array(glyph, np.uint8), 1)[:, :-1] for glyph in glyphs], axis=1)
    text_pixels = dots.repeat(dot, axis=0).repeat(dot, axis=1)
    room = picture[dot : dot + text_pixels.shape[0], dot : dot + text_pixels.shape[1]]
    room[:] = (text_pixels[: room.shape[0], : room.shape[1]] * 255)[:, :, None]


class TestPattern:
    """Pictures that `draw` makes, `rate_hz` a second, for ever."""

    # Its name is the field's; pytest would take it for a test.
    __test__ = False
    live = False
    name = "test pattern"

    def __init__(self, width: int = 640, height: int = 480, *, rate_hz: float = 30.0, real_time: bool = True) -> None:
        self._format = CameraFormat(width, height, rate_hz)
        self._pace = Pace(real_time=real_time)
        self._number = 0

    def open(self) -> CameraFormat:
        self._number = 0
        self._pace.start()
        return self._format

    def read(self, timeout_s: float) -> Frame | None:
        at_s = self._number / self._format.rate_hz
        if not self._pace.wait(at_s, timeout_s):
            return None
        frame = Frame(draw(self._number, self._format.width, self._format.height), self._pace.due(at_s), self._number)
        self._number += 1
        return frame

    def close(self) -> None:
        self._pace.stop()
