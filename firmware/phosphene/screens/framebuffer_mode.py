# SPDX-License-Identifier: Apache-2.0
"""What the kernel tells about a framebuffer: its size, where its pixels lie and how each is stored.

Structures and numbers are those of linux/fb.h; see Documentation/fb/api.rst of the kernel.
"""

from __future__ import annotations

import fcntl
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.screens.errors import ScreenError
from phosphene.screens.protocol import Frame

GET_VARIABLE: Final = 0x4600
GET_FIXED: Final = 0x4602
# struct fb_var_screeninfo: 40 words of 32 bits.
VARIABLE: Final = struct.Struct("@40I")
# struct fb_fix_screeninfo: id, smem_start, smem_len, type, type_aux, visual, three steps, line_length, mmio_start,
# mmio_len, accel, capabilities, two reserved.
FIXED: Final = struct.Struct("@16sL4I3HIL2I3H0L")
_PACKED_PIXELS: Final = 0
_TRUECOLOR: Final = 2
# Some drivers tell nonsense as the panel's width; no panel that we paint for is wider than two metres.
_WIDEST_MM: Final = 2000


@dataclass(frozen=True, slots=True)
class Channel:
    """Where one colour lies in a pixel: `length` bits from bit `offset` up."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Mode:
    """A framebuffer's mode: what is visible in pixels, `stride` bytes from one row to the next, `begin` bytes to the
    first visible pixel, `bits` a pixel. `alpha` is the mask of bits that must be set for a pixel to be seen at all.
    """

    driver: str
    width: int
    height: int
    width_mm: float
    bits: int
    red: Channel
    green: Channel
    blue: Channel
    alpha: int
    stride: int
    begin: int

    @property
    def row_bytes(self) -> int:
        """Bytes of the visible part of a row."""
        return self.width * self.bits // 8


def ask(fd: int, place: str) -> Mode:
    """Return the mode of an open framebuffer. Raises ScreenError when it is none, or of a kind that isn't written."""
    try:
        told = VARIABLE.unpack(fcntl.ioctl(fd, GET_VARIABLE, bytes(VARIABLE.size)))
        fixed = FIXED.unpack(fcntl.ioctl(fd, GET_FIXED, bytes(FIXED.size)))
    except OSError as error:
        raise ScreenError(
            f"this is no framebuffer, or it is gone: {error.strerror}", place=place, cure="ls /dev/fb* names them"
        ) from error
    width, height, _, _, x_offset, y_offset, bits, grey = told[:8]
    red, green, blue, transparent = (Channel(*told[first : first + 2]) for first in (8, 11, 14, 17))
    from_the_right = any(told[first] for first in (10, 13, 16))
    kind, visual, stride = fixed[3], fixed[5], fixed[9]
    if kind != _PACKED_PIXELS or visual != _TRUECOLOR or grey or bits not in (16, 24, 32):
        raise ScreenError(
            f"it stores its pixels in a way that isn't written here: type {kind}, visual {visual}, {bits} bits",
            place=place,
            cure="set a mode of 16, 24 or 32 bits: fbset -depth 32",
        )
    if from_the_right or (bits == 24 and {red.length, green.length, blue.length} != {8}):
        raise ScreenError("its pixels are laid out in an unheard-of way", place=place, cure="fbset -depth 32")
    if not 0 < width * bits // 8 <= stride or not height:
        raise ScreenError(f"its mode makes no sense: {width}×{height}, {stride} bytes a row", place=place)
    return Mode(
        driver=fixed[0].split(b"\0")[0].decode("utf-8", "replace"),
        width=width,
        height=height,
        width_mm=float(told[23]) if told[23] <= _WIDEST_MM else 0.0,
        bits=bits,
        red=red,
        green=green,
        blue=blue,
        alpha=((1 << transparent.length) - 1) << transparent.offset,
        stride=stride,
        begin=y_offset * stride + x_offset * bits // 8,
    )


def pack(rows: Frame, mode: Mode) -> NDArray[np.uint8]:
    """Return rows as the framebuffer stores them: uint8 [rows, stride], zero behind the visible part."""
    packed = np.zeros((rows.shape[0], mode.stride), np.uint8)
    if mode.bits == 24:
        pixels = packed[:, : mode.row_bytes].reshape(rows.shape[0], mode.width, 3)
        for index, channel in enumerate((mode.red, mode.green, mode.blue)):
            pixels[:, :, channel.offset // 8] = rows[:, :, index]
        return packed
    word = np.uint16 if mode.bits == 16 else np.uint32
    values = np.full(rows.shape[:2], mode.alpha, word)
    for index, channel in enumerate((mode.red, mode.green, mode.blue)):
        values |= (rows[:, :, index].astype(word) >> (8 - channel.length)) << channel.offset
    packed[:, : mode.row_bytes] = values.view(np.uint8)
    return packed
