# SPDX-License-Identifier: Apache-2.0
"""Chains of WS2812 lamps, with the interface of MicroPython's module of this name."""

from machine import bitstream


class NeoPixel:
    """Colours are written as (red, green, blue) or with white, and leave in the lamps' order."""

    ORDER = (1, 0, 2, 3)

    def __init__(self, pin, n, bpp=3, timing=1):
        self.pin = pin
        self.n = n
        self.bpp = bpp
        self.buf = bytearray(n * bpp)

    def __len__(self):
        return self.n

    def __setitem__(self, i, color):
        for channel in range(self.bpp):
            self.buf[i * self.bpp + self.ORDER[channel]] = color[channel]

    def __getitem__(self, i):
        return tuple(self.buf[i * self.bpp + self.ORDER[channel]] for channel in range(self.bpp))

    def fill(self, color):
        for i in range(self.n):
            self[i] = color

    def write(self):
        bitstream(self.pin, 0, (400, 850, 800, 450), self.buf)
