# SPDX-License-Identifier: Apache-2.0
"""What a kernel tells of a framebuffer, and what a panel shows of its memory."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

from phosphene.screens.protocol import Frame

RGB565 = ((11, 5), (5, 6), (0, 5))
BGR888 = ((16, 8), (8, 8), (0, 8))
RGB888 = ((0, 8), (8, 8), (16, 8))
WIDE, HIGH = 9, 6
POISON = 0xA5


@dataclass
class Kernel:
    """What it tells of a framebuffer with a border of memory around what is visible."""

    bits: int
    channels: tuple[tuple[int, int], ...]
    alpha: tuple[int, int] = (0, 0)
    padding: int = 0
    x_offset: int = 0
    y_offset: int = 0
    visual: int = 2
    width: int = WIDE
    millimetres: int = 154

    @property
    def stride(self) -> int:
        return (WIDE + self.x_offset) * self.bits // 8 + self.padding

    @property
    def size(self) -> int:
        # Nothing lies behind the last visible byte.
        return (HIGH - 1 + self.y_offset) * self.stride + (WIDE + self.x_offset) * self.bits // 8

    def ioctl(self, fd: int, request: int, _: bytes) -> bytes:
        os.fstat(fd)
        if request == 0x4600:
            words = [self.width, HIGH, self.width, HIGH, self.x_offset, self.y_offset, self.bits, 0]
            for offset, length in (*self.channels, self.alpha):
                words += [offset, length, 0]
            words += [0, 0, 85, self.millimetres]
            return np.array(words + [0] * (40 - len(words)), "<u4").tobytes()
        assert request == 0x4602
        # 64-bit layout of struct fb_fix_screeninfo.
        fixed = np.zeros(80, np.uint8)
        fixed[:7] = list(b"testdrm")
        fixed[24:28].view("<u4")[0] = self.size
        fixed[36:40].view("<u4")[0] = self.visual
        fixed[48:52].view("<u4")[0] = self.stride
        return fixed.tobytes()

    def pixels(self, memory: bytes) -> Frame:
        """Decode what is visible, a pixel at a time."""
        frame = np.zeros((HIGH, WIDE, 3), np.uint8)
        size = self.bits // 8
        for y in range(HIGH):
            for x in range(WIDE):
                at = (y + self.y_offset) * self.stride + (x + self.x_offset) * size
                word = int.from_bytes(memory[at : at + size], "little")
                frame[y, x] = [
                    ((word >> offset) & ((1 << length) - 1)) << (8 - length) for offset, length in self.channels
                ]
        return frame
